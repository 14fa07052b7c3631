import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findPostmaster } from './embedded/postmaster.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

const settings = { fsync: 'off', full_page_writes: 'off' }
const log = { info() {}, warn() {} }
const root = mkdtempSync(join(tmpdir(), 'stillpoint-test-'))
// Socket directories go where they are cleaned up.
process.env.TMPDIR = root
const handles: EmbeddedPostgres[] = []
const children: ChildProcess[] = []
let directories = 0

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  for (const handle of handles.splice(0)) await handle.stop()
})
after(() => rmSync(root, { recursive: true, force: true }))

test('first start: long directory with spaces, every alphabet, nothing left after stop', async () => {
  const dataDir = join(newDataDir(), 'a studio’s data '.repeat(9))
  const postgres = await start(dataDir)
  const [row] = await query(postgres, `select lower('É') as lower, 'ÀB' ilike 'àb' as ilike`)
  assert.deepEqual(row, { lower: 'é', ilike: true })

  await postgres.stop()
  await postgres.stop()
  assert.equal(isRunning(dataDir), false)
  assert.deepEqual(readdirSync(dataDir).sort(), ['pg', 'pg.users', 'postgres.log'])
  assert.deepEqual(readdirSync(join(dataDir, 'pg.users')), [])
})

test('others share the server, each with its own database, and the last one out stops it', async () => {
  const dataDir = newDataDir()
  const first = await start(dataDir)
  const second = await start(dataDir, 'a "second" one')
  const third = await startChild(dataDir)
  assert.deepEqual(await query(second, 'select current_database() as name'), [{ name: 'a "second" one' }])

  await first.stop()
  await query(second, 'select 1')
  await second.stop()
  assert.equal(isRunning(dataDir), true)
  await stopChild(third)
  assert.equal(isRunning(dataDir), false)
})

test('several starting a new cluster at once all get the same one', async () => {
  const dataDir = newDataDir()
  const [a, b] = await Promise.all([start(dataDir), start(dataDir), startChild(dataDir), startChild(dataDir)])
  await query(a, 'create table t as select 1 as n')
  assert.deepEqual(await query(b, 'select n from t'), [{ n: 1 }])
  assert.deepEqual(readdirSync(dataDir).sort(), ['pg', 'pg.users', 'postgres.log'])
})

test('a joiner never gets a server that is just being stopped', async () => {
  const dataDir = newDataDir()
  let previous = await start(dataDir)
  for (let round = 0; round < 8; round++) {
    const leaving = sleep(round).then(previous.stop)
    const next = await start(dataDir)
    await leaving
    await query(next, 'select 1')
    previous = next
  }
})

test('a server whose starter was killed is adopted', async () => {
  const dataDir = newDataDir()
  const child = await startChild(dataDir)
  const { pid } = findPostmaster(join(dataDir, 'pg')) ?? {}
  await kill(child)

  const postgres = await start(dataDir)
  assert.equal(findPostmaster(join(dataDir, 'pg'))?.pid, pid)
  await postgres.stop()
  assert.equal(isRunning(dataDir), false)
})

test('a killed server comes back with its data', async () => {
  const dataDir = newDataDir()
  const postgres = await start(dataDir)
  await query(postgres, 'create table t as select 7 as n')
  const { pid } = findPostmaster(join(dataDir, 'pg')) ?? {}
  process.kill(Number(pid), 'SIGKILL')
  while (isRunning(dataDir)) await sleep(5)
  await Promise.all([postgres.ensureRunning(), postgres.ensureRunning()])
  assert.deepEqual(await query(postgres, 'select n from t'), [{ n: 7 }])
  assert.notEqual(findPostmaster(join(dataDir, 'pg'))?.pid, pid)
})

test('a lock file whose process number went to someone else does not block', async () => {
  const dataDir = newDataDir()
  const postgres = await start(dataDir)
  const lock = readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8')
  await postgres.stop()
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
  children.push(stranger)
  const socketDir = lock.split('\n')[4] as string
  for (const content of [lock.replace(/^\d+/, String(stranger.pid)), '']) {
    mkdirSync(socketDir, { recursive: true, mode: 0o700 })
    writeFileSync(join(socketDir, '.s.PGSQL.5432.lock'), `${stranger.pid}\n`)
    writeFileSync(join(dataDir, 'pg', 'postmaster.pid'), content)
    await (await start(dataDir)).stop()
  }
})

test('a start survives the kill of the one before it in the middle of making the cluster', async () => {
  const dataDir = newDataDir()
  const child = spawnChild(dataDir)
  while (!existsSync(dataDir) || !readdirSync(dataDir).some((name) => name.startsWith('pg.init-')))
    await sleep(5)
  await kill(child)
  await query(await start(dataDir), 'select 1')
  await start(dataDir)
  assert.deepEqual(readdirSync(dataDir).sort(), ['pg', 'pg.users', 'postgres.log'])
})

test('a deleted socket and a deleted data directory are both recovered from', async () => {
  const dataDir = newDataDir()
  const orphan = await start(dataDir)
  const { pid, socketDir } = findPostmaster(join(dataDir, 'pg')) ?? { pid: 0, socketDir: '' }
  rmSync(socketDir, { recursive: true })
  await orphan.ensureRunning()
  await query(orphan, 'select 1')

  const restarted = findPostmaster(join(dataDir, 'pg'))?.pid ?? 0
  assert.notEqual(restarted, pid)
  rmSync(dataDir, { recursive: true })
  await query(await start(dataDir), 'select 1')
  endQuietly(restarted)
})

test('data of another PostgreSQL version, and files that are no cluster, are refused in plain words', async () => {
  const dataDir = newDataDir()
  mkdirSync(join(dataDir, 'pg'), { recursive: true })
  writeFileSync(join(dataDir, 'pg', 'notes.txt'), '')
  await assert.rejects(start(dataDir), /holds files but no PostgreSQL cluster/)
  writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), '17\n')
  await assert.rejects(start(dataDir), /made by PostgreSQL 17, but this release brings PostgreSQL 18/)
})

test('a server that cannot start says why at once', async () => {
  const dataDir = newDataDir()
  await (await start(dataDir)).stop()
  const broken = startEmbeddedPostgres({ dataDir, database: 'x', settings: { work_mem: 'lots' }, log })
  await assert.rejects(broken, /PostgreSQL could not start: invalid value for parameter "work_mem"/)
})

async function start(dataDir: string, database = 'booking'): Promise<EmbeddedPostgres> {
  const handle = await startEmbeddedPostgres({ dataDir, database, settings, log })
  handles.push(handle)
  return handle
}

function spawnChild(dataDir: string): ChildProcess {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(import.meta.resolve('./embedded-postgres.ts'))})
    const log = { info() {}, warn() {} }
    const postgres = await startEmbeddedPostgres({ ...JSON.parse(process.argv[1]), log })
    process.on('message', () => postgres.stop().then(() => process.exit(0)))
    process.send('ready')`
  const options = JSON.stringify({ dataDir, database: 'booking', settings })
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, options], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.push(child)
  return child
}

async function startChild(dataDir: string): Promise<ChildProcess> {
  const child = spawnChild(dataDir)
  await once(child, 'message')
  return child
}

/** A server without files ends by itself, but may take a minute to notice. */
function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGINT')
  } catch {}
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function stopChild(child: ChildProcess): Promise<void> {
  child.send('stop')
  await once(child, 'exit')
}

async function query(postgres: EmbeddedPostgres, text: string): Promise<object[]> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const isRunning = (dataDir: string): boolean => findPostmaster(join(dataDir, 'pg')) !== undefined

function newDataDir(): string {
  directories += 1
  return join(root, String(directories))
}
