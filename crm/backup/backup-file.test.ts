import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { replaceBackup } from './backup-file.ts'
import { BACKUP_START } from './backup-format.ts'

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

test('the last one of each day is kept for a week', async () => {
  for (let day = 1; day <= 12; day++) {
    for (const hour of ['08', '20']) {
      await replaceBackup(file, pieces(ours(day, hour)), new Date(at(day, hour)))
    }
  }
  const copies = [1, 2, 3, 4, 5, 6, 7].map((n) => `crm_data.${n}.json`)
  assert.deepEqual(readdirSync(folder).sort(), [...copies, 'crm_data.json'])
  assert.equal(read(), ours(12, '20'))
  for (const [i, name] of copies.entries()) assert.equal(read(name), ours(11 - i, '20'), name)
  await replaceBackup(file, pieces(ours(9, '08')), new Date(at(9, '08')))
  assert.equal(read('crm_data.1.json'), ours(11, '20'), 'a clock that was set back keeps nothing new')
})

test('a rotation that was broken off is made good by the next one', async () => {
  const write = (name: string, day: number) => writeFileSync(join(folder, name), ours(day))
  // Killed between two renames: the numbers have a gap.
  for (const [n, day] of [
    [1, 6],
    [2, 5],
    [4, 4],
    [5, 3],
  ] as const)
    write(`crm_data.${n}.json`, day)
  write('crm_data.json', 7)
  await replaceBackup(file, pieces(ours(8)), new Date(at(8)))
  assert.deepEqual(lastDays(), [8, 7, 6, 5, 4, 3])
  // Killed after the copy was made: it is not made twice.
  write('crm_data.1.json', 8)
  await replaceBackup(file, pieces(ours(9)), new Date(at(9)))
  assert.deepEqual(lastDays(), [9, 8, 6, 5, 4, 3])
})

test('a file that is not from us takes no part in it', async () => {
  writeFileSync(file, '{"bookings": []}')
  await replaceBackup(file, pieces(ours(8)), new Date(at(8)))
  assert.deepEqual(lastDays(), [8])
  assert.equal(readdirSync(folder).filter((name) => name.includes('kept')).length, 1)
})

test('a writer that is killed at any moment leaves whole files', { timeout: 120_000 }, async () => {
  for (let round = 0; round < 10; round++) {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', WRITE_FOR_EVER, file, `${round * 1_000}`],
      { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(child.stdout, 'data')
    await sleep(Math.random() * 40)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    assert.ok(names.includes('crm_data.json'))
    const days = names.sort(byAge).map((name) => JSON.parse(read(name)).last_updated)
    // The one behind the newest may be its copy; otherwise each is a day of its own, in order.
    assert.deepEqual(days, days.toSorted().reverse(), names.join(' '))
    assert.ok(new Set(days).size >= Math.min(days.length - 1, 7))
  }
  assert.ok(read().length > OURS.length)
  await replaceBackup(file, pieces(ours(1)), NOW)
  const expected = ['crm_data.json', ...[1, 2, 3, 4, 5, 6, 7].map((n) => `crm_data.${n}.json`)]
  assert.deepEqual(
    readdirSync(folder).filter((name) => !expected.includes(name)),
    [],
    'what the killed ones left is gone',
  )
})

const at = (day: number, hour = '07') => `2026-01-${String(day).padStart(2, '0')}T${hour}:00:00Z`
const ours = (day: number, hour = '07') => OURS.replace('2026-01-15T07:00:00', at(day, hour).slice(0, 19))

/** The days of the file and its copies, the newest first. */
const lastDays = () =>
  readdirSync(folder)
    .filter((name) => /^crm_data(\.\d)?\.json$/.test(name))
    .sort(byAge)
    .map((name) => Number(JSON.parse(read(name)).last_updated.slice(8, 10)))

const byAge = (a: string, b: string) => ageOf(a) - ageOf(b)
const ageOf = (name: string) => Number(/\.(\d)\./.exec(name)?.[1] ?? 0)

/** Each one on a new day. */
const WRITE_FOR_EVER = `
  import { replaceBackup } from './backup-file.ts'
  import { BACKUP_START, backupEnd } from './backup-format.ts'
  async function* text(now) {
    yield BACKUP_START
    const entry = JSON.stringify({ notes: 'x'.repeat(10_000) })
    for (let i = 0; i < 200; i++) yield entry + ',\\n'
    yield entry + '\\n],\\n"facilitators":{},\\n"events":{},\\n' + backupEnd(now.toISOString().slice(0, 19))
  }
  for (let day = Number(process.argv[2]); ; day++) {
    const now = new Date(Date.UTC(2000, 0, day))
    await replaceBackup(process.argv[1], text(now), now)
    console.log(day)
  }`
