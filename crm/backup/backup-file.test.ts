import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BACKUP_START, replaceBackup } from './backup-file.ts'

const NOW = new Date('2026-01-15T07:00:00.123Z')
const OURS = `${BACKUP_START}\n],\n"facilitators":{},\n"events":{},\n"last_updated":"2026-01-15T07:00:00"}\n`

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crm-backup-'))
  file = join(folder, 'crm_data.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (name = 'crm_data.json') => readFileSync(join(folder, name), 'utf8')

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts
}

test('the file is written in its folder, which need not exist, for its owner only', async () => {
  file = join(folder, 'new', 'crm_data.json')
  await replaceBackup(file, pieces(OURS.slice(0, 20), OURS.slice(20)), NOW)
  assert.equal(read('new/crm_data.json'), OURS)
  assert.deepEqual(readdirSync(join(folder, 'new')), ['crm_data.json'])
})

test('our own file is replaced, and leaves nothing behind', async () => {
  await replaceBackup(file, pieces(OURS), NOW)
  const newer = OURS.replace('07:00:00', '08:00:00')
  await replaceBackup(file, pieces(newer), NOW)
  assert.equal(read(), newer)
  assert.deepEqual(readdirSync(folder), ['crm_data.json'])
})

test('a file that is not from us is never overwritten', async () => {
  const foreign = { 'not json': 'unreadable', '': 'unreadable', '{"bookings": []}': 'kept' }
  for (const [text, reason] of Object.entries({ ...foreign, [OURS.slice(0, -20)]: 'unreadable' })) {
    writeFileSync(file, text)
    await replaceBackup(file, pieces(OURS), NOW)
    assert.equal(read(), OURS)
    const aside = `crm_data.json.${reason}-2026-01-15T07-00-00.123Z`
    assert.equal(read(aside), text)
    rmSync(join(folder, aside))
  }
})

test('when writing fails the old file stays, and no half of the new one', async () => {
  await replaceBackup(file, pieces(OURS), NOW)
  async function* failing() {
    yield BACKUP_START
    throw new Error('database went away')
  }
  await assert.rejects(replaceBackup(file, failing(), NOW), /went away/)
  assert.equal(read(), OURS)
  assert.deepEqual(readdirSync(folder), ['crm_data.json'])
})

test('a writer that is killed at any moment leaves a whole file', { timeout: 60_000 }, async () => {
  await replaceBackup(file, pieces(OURS), NOW)
  for (let round = 0; round < 15; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', WRITE_FOR_EVER, file], {
      cwd: join(import.meta.dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await sleep(Math.random() * 40)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.match(JSON.parse(read()).last_updated, /^2026-01-15/)
  }
  assert.ok(read().length > OURS.length, 'at least one round has replaced the file')
  await replaceBackup(file, pieces(OURS), NOW)
  assert.deepEqual(readdirSync(folder), ['crm_data.json'], 'what the killed ones left is gone')
})

const WRITE_FOR_EVER = `
  import { BACKUP_START, replaceBackup } from '#crm/backup/backup-file.ts'
  async function* text() {
    yield BACKUP_START
    const entry = JSON.stringify({ notes: 'x'.repeat(10_000) })
    for (let i = 0; i < 200; i++) yield entry + ',\\n'
    yield entry + '\\n],\\n"facilitators":{},\\n"events":{},\\n"last_updated":"2026-01-15T09:00:00"}\\n'
  }
  console.log('writing')
  for (;;) await replaceBackup(process.argv[1], text(), new Date())`
