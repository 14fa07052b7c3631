import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { statisticsFaults } from '#harness/data/crm-recount.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import * as backupStore from './backup.store.ts'
import { importBackup } from './backup-import.ts'
import { startBackupWriter, writeBackup } from './backup-writer.ts'

const root = join(tmpdir(), `crm-backup-${randomUUID()}`)
let files = 0

const open: TestCrm[] = []
after(async () => {
  for (const crm of open) await crm.close()
  for (const path of globSync(`${root}*`)) rmSync(path, { force: true, recursive: true })
})

const newFile = () => `${root}-${++files}.json`
const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** A CRM with that backup file, and the lines it logs. */
async function startWith(file: string) {
  const lines: { level: number; msg: string; count?: number; firstReason?: string }[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const crm = await startTestCrm({ env: { CRM_BACKUP_FILE: file }, deps: { log } })
  open.push(crm)
  const errors = () => lines.filter(({ level }) => level >= 50).map(({ msg }) => msg)
  return { ...crm, lines, errors }
}

const notify = async (crm: TestCrm, body: object) =>
  (await crm.request('POST', '/api/notify', { token, body })).body.notification_id as number
const history = async (crm: TestCrm, id: number) =>
  (await crm.request('GET', `/api/bookings/${id}/history`, { token })).body.history
const dashboard = async (crm: TestCrm) => {
  const { body } = await crm.request('GET', '/api/facilitators/1/dashboard', { token })
  return { ...body, generated_at: undefined }
}
const list = async (crm: TestCrm) => (await crm.request('GET', '/api/bookings?per_page=100', { token })).body

test('what one CRM has backed up, another one takes over entirely', async () => {
  const file = newFile()
  const first = await startWith(file)
  const [one, two, three] = [
    aNotification({ event: { ...aNotification().event, timezone: 'America/New_York' } }),
    aNotification({ facilitator_id: 2, notes: null }),
    aNotification(),
  ]
  for (const sent of [one, two, three, { ...two, status: 'cancelled' }]) await notify(first, sent)
  first.clock.advance(3600)
  const status = { token, body: { crm_status: 'contacted', notes: 'Called', author: 'Jane' } }
  await first.request('PUT', `/api/bookings/${one.booking_id}/status`, status)
  assert.equal(await writeBackup(first.deps), true)

  const saved = readJson(file)
  assert.deepEqual(Object.keys(saved), ['bookings', 'facilitators', 'events', 'last_updated'])
  assert.match(saved.last_updated, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  const { received_at } = saved.bookings[0]
  assert.deepEqual(saved.bookings[0], {
    id: 1,
    ...one,
    received_at,
    status: 'received',
    crm_status: 'contacted',
    history: [
      {
        old_status: 'new',
        new_status: 'contacted',
        notes: 'Called',
        author: 'Jane',
        changed_at: first.clock.now().toISOString().slice(0, 19),
      },
    ],
  })
  assert.equal(saved.bookings[1].cancelled_at, received_at)
  assert.deepEqual(Object.keys(saved.bookings[2]).includes('cancelled_at'), false)
  const ids = [one, two, three].map(({ booking_id }) => booking_id)
  assert.deepEqual(
    saved.bookings.map(({ booking_id }: { booking_id: number }) => booking_id),
    ids,
  )
  assert.deepEqual(saved.facilitators, { 1: [ids[0], ids[2]], 2: [ids[1]] })
  assert.deepEqual(saved.events, { 1: ids })

  const second = await startWith(file)
  // The same hour for both: a dashboard says what happened on which day.
  second.clock.advance(3600)
  await importBackup(second.deps)
  assert.deepEqual(await list(second), await list(first))
  assert.deepEqual(await history(second, one.booking_id), await history(first, one.booking_id))
  assert.deepEqual(await statisticsFaults(second.deps.db), [])
  assert.deepEqual(await dashboard(second), await dashboard(first))
  assert.ok((await notify(second, aNotification())) > saved.bookings.at(-1).id, 'ids go on')
  await writeBackup(second.deps)
  assert.deepEqual(readJson(file).bookings.slice(0, 3), saved.bookings)
})

test('more than one batch is written and read whole, in order', async () => {
  const file = newFile()
  const first = await startWith(file)
  for (let i = 0; i < 3; i++) {
    const notifications = Array.from({ length: 421 }, () => aNotification())
    await first.request('POST', '/api/notify/batch', { token, body: { notifications } })
  }
  await writeBackup(first.deps)
  assert.equal(readJson(file).bookings.length, 1263)
  const second = await startWith(file)
  await Promise.all([importBackup(second.deps), importBackup(second.deps)])
  assert.deepEqual(await list(second), await list(first))
})

test('the file of the service before us is imported, and kept when we write our own', async () => {
  const file = newFile()
  const stored = (booking_id: number, rest: object) => ({
    ...aNotification({ booking_id }),
    received_at: '2024-03-01T12:00:00.123456',
    status: 'received',
    ...rest,
  })
  const moved = stored(71, { id: 2, crm_status: 'reviewed' })
  const old = {
    bookings: [stored(70, { id: 1, crm_status: 'completed', crm_notes: 'x' }), moved, { id: 3 }, 'x'],
    facilitators: { 1: [70, moved, stored(72, { id: 9 })] },
    events: { 1: [70, 71] },
    last_updated: '2024-03-01T12:00:00',
    version: 1,
  }
  const text = JSON.stringify(old, null, 2)
  writeFileSync(file, text)
  const crm = await startWith(file)
  await importBackup(crm.deps)
  const { bookings } = await list(crm)
  const shown = bookings.map((each: Record<string, unknown>) => [each.id, each.booking_id, each.crm_status])
  assert.deepEqual(shown, [
    [9, 72, 'new'],
    [2, 71, 'reviewed'],
    [1, 70, 'completed'],
  ])
  assert.equal(bookings[0].received_at, '2024-03-01T12:00:00')
  const warnings = crm.lines.filter(({ level }) => level === 40)
  assert.deepEqual(
    warnings.map(({ count }) => count),
    [2],
  )
  const missing = ['booking_id', 'user', 'event', 'facilitator_id'].map((name) => `${name} is required`)
  assert.match(warnings[0]?.firstReason ?? '', new RegExp(missing.join('; ')))
  assert.equal(await notify(crm, aNotification({ booking_id: 73 })), 10)
  await writeBackup(crm.deps)
  assert.equal(readJson(file).bookings.length, 4)
  const [kept = ''] = globSync(`${file}.kept-*`)
  assert.equal(readFileSync(kept, 'utf8'), text)
})

test('of a file of the service before us, every field is kept', async () => {
  const file = newFile()
  const stored = (id: number, rest: object) => ({
    id,
    ...aNotification({ booking_id: 500 + id }),
    received_at: `2024-03-0${id}T12:00:00`,
    status: 'received',
    crm_status: 'new',
    ...rest,
  })
  const bookings = [
    stored(1, { crm_status: 'contacted', crm_notes: 'Called twice', updated_at: '2024-03-05T08:00:00.5' }),
    stored(2, { status: 'cancelled', facilitator_id: 4, notes: null, tags: ['vip', { since: 2020 }] }),
    stored(4, { crm_status: 'completed', user: { ...aNotification().user, phone: null, language: 'de' } }),
  ]
  const facilitators = { 1: [501, 504], 4: [502] }
  const text = JSON.stringify({ bookings, facilitators, events: { 1: [501, 502, 504] }, last_updated: 'x' })
  writeFileSync(file, text)
  const crm = await startWith(file)
  await importBackup(crm.deps)
  assert.deepEqual(
    crm.lines.filter(({ level }) => level >= 40),
    [],
  )
  for (const { crm_notes: _, updated_at: __, tags: ___, ...known } of bookings as Record<string, unknown>[]) {
    const { body } = await crm.request('GET', `/api/bookings/${known.booking_id}`, { token })
    const { id, title, type } = known.event as { id: number; title: string; type: string }
    const { language: ____, ...user } = known.user as Record<string, unknown>
    const { booking_date: _____, notes: ______, ...shown } = known
    assert.deepEqual(body.booking, { ...shown, user, event: { id, title, type } })
  }
  assert.deepEqual(await statisticsFaults(crm.deps.db), [])
  await writeBackup(crm.deps)
  const written = readJson(file)
  assert.deepEqual(written.facilitators, facilitators)
  for (const [i, { cancelled_at, ...entry }] of written.bookings.entries()) {
    assert.deepEqual(entry, bookings[i])
    assert.equal(cancelled_at, i === 1 ? bookings[1]?.received_at : undefined)
  }
  const again = await startWith(file)
  await importBackup(again.deps)
  await writeBackup(again.deps)
  assert.deepEqual(readJson(file).bookings, written.bookings)
})

test('our own file is read line by line, whatever is written in it, also when somebody has edited it', async () => {
  const file = newFile()
  const first = await startWith(file)
  const texts = ['a\u2028b\u2029c', '],', '"facilitators":{', '\r\n', '\u0085', '🧘'.repeat(100), '\\n']
  for (const notes of texts) await notify(first, aNotification({ notes }))
  await writeBackup(first.deps)
  const [start, ...lines] = readFileSync(file, 'utf8').split('\n')
  const entries = lines.slice(0, texts.length).map((line) => line.replace(/,$/, ''))
  const [one = '', two = '', three = ''] = entries
  const edited = [
    one,
    three,
    two,
    one,
    two.replace(/"id":\d+,/, '').replace(/"booking_id":\d+/, '"booking_id":900001'),
    '{',
    ...entries.slice(3),
  ]
  writeFileSync(file, [start, edited.join(',\n'), ...lines.slice(texts.length)].join('\n'))
  const crm = await startWith(file)
  await importBackup(crm.deps)
  const shown = (await list(crm)).bookings as { id: number; booking_id: number }[]
  const known = (await list(first)).bookings as { id: number; booking_id: number }[]
  assert.deepEqual(
    shown.map(({ booking_id }) => booking_id).sort(),
    [...known.map(({ booking_id }) => booking_id), 900_001].sort(),
  )
  assert.equal(new Set(shown.map(({ id }) => id)).size, texts.length + 1)
  const [warning] = crm.lines.filter(({ level }) => level === 40)
  assert.equal(warning?.count, 2)
  const notes = await crm.deps.db.selectFrom('notifications').select('notes').execute()
  for (const text of texts)
    assert.ok(
      notes.some((row) => row.notes === text),
      JSON.stringify(text),
    )
  await writeBackup(crm.deps)
  assert.deepEqual(crm.errors(), [])
})

test('a stop does not wait for a file that takes too long; what is there stays', async () => {
  const file = newFile()
  const crm = await startWith(file)
  await notify(crm, aNotification())
  await writeBackup(crm.deps)
  const before = readFileSync(file, 'utf8')
  await crm.deps.db.transaction().execute(async (other) => {
    await backupStore.lock(other)
    await notify(crm, aNotification())
    const writer = startBackupWriter(crm.deps, { lastWriteMaxMs: 300 })
    const beganAt = performance.now()
    await writer.stop()
    assert.ok(performance.now() - beganAt < 3_000)
  })
  assert.equal(readFileSync(file, 'utf8'), before)
  assert.equal(crm.lines.at(-1)?.msg, 'No time to write the file backup: the next start does it.')
  const overdue = AbortSignal.abort()
  await assert.rejects(writeBackup(crm.deps, { signal: overdue }), { name: 'AbortError' })
  assert.equal(readFileSync(file, 'utf8'), before)
})

test('a file that is no JSON stops nobody, and is kept when we write our own', async () => {
  const file = newFile()
  writeFileSync(file, '{"bookings": [')
  const crm = await startWith(file)
  await importBackup(crm.deps)
  assert.deepEqual(crm.errors(), [
    'The file backup cannot be read: starting without it. It is kept as it is.',
  ])
  const writer = startBackupWriter(crm.deps)
  await writer.stop()
  assert.equal(readFileSync(file, 'utf8'), '{"bookings": [', 'untouched while nothing has changed')
  await notify(crm, aNotification())
  await writeBackup(crm.deps)
  assert.equal(readJson(file).bookings.length, 1)
  const [kept = ''] = globSync(`${file}.unreadable-*`)
  assert.equal(readFileSync(kept, 'utf8'), '{"bookings": [')
})

test('a CRM that knows bookings imports nothing, and none is fine too', async () => {
  const file = newFile()
  const empty = await startWith(file)
  await importBackup(empty.deps)
  assert.deepEqual(empty.lines, [])
  await notify(empty, aNotification())
  await writeBackup(empty.deps)
  const other = await startWith(file)
  await notify(other, aNotification())
  await importBackup(other.deps)
  assert.equal((await list(other)).pagination.total, 1)
})

test('changes are written soon, and what is left when the service stops', async () => {
  const file = newFile()
  const crm = await startWith(file)
  const writer = startBackupWriter(crm.deps)
  await notify(crm, aNotification())
  await waitUntil(() => crm.lines.some(({ msg }) => msg === 'file backup written'))
  assert.equal(readJson(file).bookings.length, 1)
  const { booking_id } = aNotification()
  await notify(crm, aNotification({ booking_id }))
  await writer.stop()
  assert.equal(readJson(file).bookings.length, 2)

  const again = startBackupWriter(crm.deps)
  await crm.request('PUT', `/api/bookings/${booking_id}/status`, { token, body: { crm_status: 'completed' } })
  await again.stop()
  assert.equal(readJson(file).bookings[1].crm_status, 'completed')
})

test('a backup that cannot be written fails no request, is logged, and is written when it can be', async () => {
  const obstacle = newFile()
  writeFileSync(obstacle, '')
  const file = join(obstacle, 'crm_data.json')
  const crm = await startWith(file)
  const writer = startBackupWriter(crm.deps)
  assert.ok(await notify(crm, aNotification()))
  await waitUntil(() => crm.errors().includes('job failed and will run again'))
  assert.ok(await notify(crm, aNotification()))
  rmSync(obstacle)
  await writer.stop()
  assert.equal(readJson(file).bookings.length, 2)
})

test('only one instance writes at a time', async () => {
  const file = newFile()
  const crm = await startWith(file)
  await notify(crm, aNotification())
  await crm.deps.db.transaction().execute(async (other) => {
    await backupStore.lock(other)
    assert.equal(await writeBackup(crm.deps), false)
  })
  assert.equal(await writeBackup(crm.deps), true)
})

async function waitUntil(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!isDone()) {
    assert.ok(Date.now() < deadline, 'waited 10 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
