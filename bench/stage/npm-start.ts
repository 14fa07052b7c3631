import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '#harness/load/load.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { processesOf, waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type Memory, memoryOf } from './memory.ts'
import { readFamily } from './processes.ts'

/** How long it took until both services said that they are healthy, and what they occupied when idle. */
export type Start = { ms: number; memory: Memory[] }

const root = join(import.meta.dirname, '..', '..')
const POLL_MS = 10
const START_MAX_MS = 120_000
const STOP_MAX_MS = 30_000
/** What a start leaves to be done is done by then; V8 gives more back two minutes later. */
const IDLE_MS = 5_000

/** `npm start` in the data directory, as a user types it, and stopped again. */
export async function startOnce(dataDir: string): Promise<Start> {
  const [apiPort, crmPort] = [await freePort(), await freePort()]
  const beganAt = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      API_PORT: String(apiPort),
      CRM_PORT: String(crmPort),
      CRM_SERVICE_URL: `http://127.0.0.1:${crmPort}`,
      DATABASE_URL: '',
      CRM_DATABASE_URL: '',
      DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  try {
    await untilHealthy([apiPort, crmPort], () => child.exitCode !== null)
    const ms = performance.now() - beganAt
    await sleep(IDLE_MS)
    return { ms, memory: readMemory(processesOf(dataDir)) }
  } finally {
    child.kill('SIGTERM')
    await exited
    await waitUntil(() => processesOf(dataDir).length === 0, STOP_MAX_MS)
  }
}

async function untilHealthy(ports: number[], hasEnded: () => boolean): Promise<void> {
  const client = createClient({ keepAlive: false, timeoutMs: 2_000 })
  const deadline = performance.now() + START_MAX_MS
  for (const port of ports) {
    while ((await client.call('GET', `http://127.0.0.1:${port}/health`)).status !== 200) {
      if (hasEnded() || performance.now() > deadline) throw new Error('npm start did not become healthy')
      await sleep(POLL_MS)
    }
  }
}

const ROLES: [name: string, pattern: RegExp][] = [
  ['Main API', /booking\/main\.ts/],
  ['CRM', /crm\/main\.ts/],
  ['both PostgreSQL', /postgres/],
  ['launcher', /scripts\/(start\.ts|bootstrap\.mjs)/],
  ['npm', /npm/],
]

/** With their children: those of a PostgreSQL server do not show whose they are. */
function readMemory(parents: number[]): Memory[] {
  const pids = new Set(parents.flatMap(readFamily).map(({ pid }) => pid))
  const named = [...pids].map((pid) => {
    const command = commandOf(pid)
    return { pid, role: ROLES.find(([, pattern]) => pattern.test(command))?.[0] ?? 'others' }
  })
  const names = [...ROLES.map(([name]) => name), 'others']
  const grouped = names.map((name) => ({
    name,
    pids: named.filter(({ role }) => role === name).map(({ pid }) => pid),
  }))
  return grouped.filter(({ pids }) => pids.length > 0).map(({ name, pids }) => memoryOf(name, pids))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
