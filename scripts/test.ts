import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { buildWebWhenStale } from './launcher/web-build.ts'

// usage: npm test [-- <file, folder or glob>…] [-- <flags of node --test>…]
// The same suite runs on any PostgreSQL: set TEST_DATABASE_URL to one where databases may be created.
const FOLDERS = 'booking,crm,shared,web,testing,harness,torture,conformance,scripts,bench'
/** More than there are cores on a small machine: many tests wait for something most of their time. */
const CONCURRENCY = 3
/** Without durability, since the data is thrown away. */
const THROW_AWAY = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
}

await buildWebWhenStale(console.log)
process.exitCode = await withDatabase(runTests)

async function runTests(databaseUrl: string): Promise<number> {
  const given = process.argv.slice(2)
  const flags = given.filter((argument) => argument.startsWith('-'))
  const patterns = given.filter((argument) => !argument.startsWith('-'))
  const files = globSync(patterns.length > 0 ? patterns.map(toGlob) : [`{${FOLDERS}}/**/*.test.ts`]).sort()
  if (files.length === 0) {
    console.error('No test file matches.')
    return 1
  }
  const standard = [`--test-concurrency=${CONCURRENCY}`, '--test-reporter=spec']
  const child = spawn(process.execPath, ['--test', ...standard, ...flags, ...files], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: databaseUrl },
  })
  // Ctrl-C in a terminal also reaches the test runner: wait for its exit before the cleanup.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const [code] = await once(child, 'exit')
  return code ?? 1
}

async function withDatabase(run: (url: string) => Promise<number>): Promise<number> {
  if (process.env.TEST_DATABASE_URL) return run(process.env.TEST_DATABASE_URL)
  const dataDir = mkdtempSync(join(tmpdir(), 'stillpoint-tests-'))
  const log = { info() {}, warn: console.warn }
  const postgres = await startEmbeddedPostgres({ dataDir, database: 'test', settings: THROW_AWAY, log })
  try {
    return await run(postgres.url)
  } finally {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** A folder stands for the tests in it. */
function toGlob(pattern: string): string {
  return statSync(pattern, { throwIfNoEntry: false })?.isDirectory() ? join(pattern, '**/*.test.ts') : pattern
}
