import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createDataDir, removeDataDir, waitUntil } from '#harness/processes/stillpoint-process.ts'

/** One service as its users have it, a process with a port, on a database of its own. */
export type ServiceProcess = {
  url: string
  port: number
  pid: number
  database: TestDatabase
  /** All that it has written, log and all. */
  output(): string
  isRunning(): boolean
  /** Resident memory in MB. */
  memory(): number
  stop(): Promise<void>
}

const START_MAX_MS = 20_000
const root = join(import.meta.dirname, '..', '..')

export async function startService(
  app: 'booking' | 'crm',
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  const [database, port] = [await createTestDatabase(app), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const dataDir = createDataDir()
  const child = spawn(process.execPath, [join(root, app, 'main.ts')], {
    // Not the repository: a developer's own .env must not steer a test.
    cwd: import.meta.dirname,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      [app === 'booking' ? 'API_PORT' : 'CRM_PORT']: String(port),
      [app === 'booking' ? 'DATABASE_URL' : 'CRM_DATABASE_URL']: database.url,
      DEMO_DATA: 'off',
      // An empty CRM would import the backup that another one has left.
      DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const isHealthy = () =>
    fetch(`${url}/health`)
      .then(({ ok }) => ok)
      .catch(() => false)
  await waitUntil(async () => !isRunning() || (await isHealthy()), START_MAX_MS).catch(() => end(child))
  if (!isRunning()) throw new Error(`${app} did not start:\n${output}`)
  return {
    url,
    port,
    pid: child.pid ?? 0,
    database,
    output: () => output,
    isRunning,
    memory: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    async stop() {
      await end(child)
      await database.drop()
      removeDataDir(dataDir)
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
