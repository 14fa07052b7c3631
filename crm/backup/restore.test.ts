import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { statisticsFaults } from '#harness/data/crm-recount.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { writeBackup } from './backup-writer.ts'

/** The command as an operator gives it, beside a CRM that runs. */

let folder: string
let source: TestCrm
let crm: TestCrm
let backup: string
let bookings: unknown[]

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crm-restore-'))
  backup = join(folder, 'backup.json')
  source = await startTestCrm({ env: { CRM_BACKUP_FILE: backup } })
  const sent = [aNotification(), aNotification({ facilitator_id: 2, status: 'cancelled' }), aNotification()]
  for (const body of sent) await source.request('POST', '/api/notify', { token, body })
  const body = { crm_status: 'contacted', notes: 'Called', author: 'Jane' }
  await source.request('PUT', `/api/bookings/${sent[0]?.booking_id}/status`, { token, body })
  await writeBackup(source.deps)
  bookings = await list(source)
})
beforeEach(async () => {
  await crm?.close()
  crm = await startTestCrm({ env: { CRM_BACKUP_FILE: join(folder, 'own', 'crm_data.json') } })
  rmSync(join(folder, 'own'), { recursive: true, force: true })
})
after(async () => {
  await source.close()
  await crm.close()
  rmSync(folder, { recursive: true, force: true })
})

const list = async ({ request }: TestCrm) =>
  (await request('GET', '/api/bookings?per_page=100', { token })).body.bookings as { booking_id: number }[]
const notify = async (body = aNotification()) => {
  await crm.request('POST', '/api/notify', { token, body })
  return body.booking_id
}

function start(...args: string[]) {
  return spawn(
    process.execPath,
    [join(import.meta.dirname, '..', '..', 'scripts', 'crm-restore.ts'), ...args],
    {
      // Not the repository: a developer's own .env must not steer a test.
      cwd: folder,
      env: {
        ...process.env,
        CRM_DATABASE_URL: String(crm.deps.pool.options.connectionString),
        CRM_BACKUP_FILE: crm.deps.config.backupFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
}

async function restore(...args: string[]): Promise<{ code: number; output: string }> {
  const child = start(...args)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, output }
}

test('without --yes it shows what is in the file and what it would do, and does nothing', async () => {
  const { code, output } = await restore('--file', backup)
  assert.equal(code, 0)
  assert.match(output, /backup\.json, written 20\d\d-/)
  assert.match(output, /3 bookings \(1 cancelled\), received from 20.* to 20/)
  assert.match(output, /of 1 events and 2 facilitators; 1 changes of status/)
  assert.match(output, /The CRM is empty. Add --yes/)
  assert.match(output, /Nothing has been changed\.\n$/)
  assert.deepEqual(await list(crm), [])
})

test('an empty CRM has everything afterwards, figures and all', async () => {
  const { code, output } = await restore('--file', backup, '--yes')
  assert.deepEqual([code, output.split('\n').at(-2)], [0, 'The CRM knows these 3 bookings now.'])
  assert.deepEqual(await list(crm), bookings)
  assert.deepEqual(await statisticsFaults(crm.deps.db), [])
  const [first] = bookings.slice(-1) as { booking_id: number }[]
  const path = `/api/bookings/${first?.booking_id}/history`
  const [restored, original] = [
    await crm.request('GET', path, { token }),
    await source.request('GET', path, { token }),
  ]
  assert.deepEqual(restored.body.history, original.body.history)
  const saved = JSON.parse(readFileSync(crm.deps.config.backupFile, 'utf8'))
  assert.deepEqual(saved.bookings, JSON.parse(readFileSync(backup, 'utf8')).bookings)
  const booking_id = await notify()
  assert.equal((await list(crm))[0]?.booking_id, booking_id, 'ids go on')
})

test('a CRM that knows bookings is left alone, unless told to replace them', async () => {
  const known = await notify()
  const shown = await restore('--file', backup)
  assert.match(shown.output, /knows 1 bookings: it is left alone. Add --replace --yes/)
  const refused = await restore('--file', backup, '--yes')
  assert.equal(refused.code, 1)
  assert.match(refused.output, /knows 1 bookings already. Add --replace/)
  assert.deepEqual(
    (await list(crm)).map(({ booking_id }) => booking_id),
    [known],
  )
  assert.match(
    (await restore('--file', backup, '--replace')).output,
    /Add --yes to put those of the file in their place/,
  )
  assert.deepEqual(
    (await list(crm)).map(({ booking_id }) => booking_id),
    [known],
  )

  const url = await crm.app.listen({ host: '127.0.0.1', port: 0 })
  const listener = await listenTo(`${url}/api/facilitators/1/stream`, { authorization: `Bearer ${token}` })
  const { code, output } = await restore('--file', backup, '--replace', '--yes')
  assert.equal(code, 0, output)
  assert.match(output, /knows these 3 bookings now, and no others/)
  assert.deepEqual(await list(crm), bookings)
  assert.deepEqual(await statisticsFaults(crm.deps.db), [])
  const before = /What it knew before is in (.*)\n/.exec(output)?.[1] ?? ''
  const kept = JSON.parse(readFileSync(before, 'utf8')).bookings
  assert.deepEqual(
    kept.map((each: { booking_id: number }) => each.booking_id),
    [known],
  )
  await notify()
  await listener.untilHeard(1)
  assert.equal(listener.heard[0]?.event, 'stream.reset', 'subscribers reload')
  listener.leave()
})

test('what is no backup, or has nothing in it, changes nothing', async () => {
  const known = await notify()
  const files = {
    'missing.json': undefined,
    'torn.json': readFileSync(backup, 'utf8').slice(0, -30),
    'text.json': 'not json',
    'empty.json': '{"bookings":[]}',
    'rubbish.json': '{"bookings":[{"id":1}]}',
  }
  for (const [name, text] of Object.entries(files)) {
    if (text !== undefined) writeFileSync(join(folder, name), text)
    const { code, output } = await restore('--file', join(folder, name), '--replace', '--yes')
    assert.equal(code, 1, name)
    assert.doesNotMatch(output, /\bat \S+ \(|node_modules/, name)
    assert.deepEqual(
      (await list(crm)).map(({ booking_id }) => booking_id),
      [known],
      name,
    )
  }
  const { code, output } = await restore()
  assert.equal(code, 0)
  assert.match(output, /--file/)
})

test('a restore that is killed in the middle has changed nothing', async () => {
  const known = await notify()
  const large = join(folder, 'large.json')
  const entries = Array.from({ length: 30_000 }, (_, i) => ({
    id: i + 1,
    ...aNotification({ booking_id: 100_000 + i }),
  }))
  writeFileSync(large, JSON.stringify({ bookings: entries }))
  for (const delayMs of [0, 300, 900]) {
    const child = start('--file', large, '--replace', '--yes')
    // What was known has been kept: from now on it is being replaced.
    await waitForCopy(child)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const now = (await list(crm)).map(({ booking_id }) => booking_id)
    if (delayMs === 0) assert.deepEqual(now, [known])
    assert.ok(now.length === 1 ? now[0] === known : now.length === 100, `${now.length} bookings`)
    assert.deepEqual(await statisticsFaults(crm.deps.db), [])
  }
})

async function waitForCopy(child: { exitCode: number | null }): Promise<void> {
  const copies = () => {
    try {
      return readdirSync(join(folder, 'own')).filter(
        (name) => name.includes('replaced') && !name.endsWith('.tmp'),
      ).length
    } catch {
      return 0
    }
  }
  const before = copies()
  while (copies() === before) {
    assert.equal(child.exitCode, null)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
