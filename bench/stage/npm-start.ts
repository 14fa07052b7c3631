import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '#harness/processes/free-port.ts'
import { commandOf, type Memory, memoryOf, processesOf, readFamily } from '#harness/processes/proc.ts'
import { createService, root } from '#harness/processes/services.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

/** How long it took until both services said that they are healthy, and what they occupied when idle. */
export type Start = { ms: number; memory: Memory[] }

const STOP_MAX_MS = 30_000
/** What a start leaves to be done is done by then; V8 gives more back two minutes later. */
const IDLE_MS = 5_000

/** `npm start` in the data directory, as a user types it, and stopped again. */
export async function startOnce(dataDir: string): Promise<Start> {
  const [apiPort, crmPort] = [await freePort(), await freePort()]
  const env = {
    HOST: '127.0.0.1',
    API_PORT: String(apiPort),
    CRM_PORT: String(crmPort),
    CRM_SERVICE_URL: `http://127.0.0.1:${crmPort}`,
    DATABASE_URL: '',
    CRM_DATABASE_URL: '',
    DATA_DIR: dataDir,
  }
  const launcher = createService({
    name: 'npm start',
    port: apiPort,
    command: ['npm', 'start'],
    env,
    cwd: root,
  })
  const beganAt = performance.now()
  try {
    await launcher.start()
    await waitUntil(() => isHealthy(crmPort), STOP_MAX_MS)
    const ms = performance.now() - beganAt
    await sleep(IDLE_MS)
    return { ms, memory: readMemory(processesOf(dataDir)) }
  } finally {
    await launcher.stop()
    await waitUntil(() => processesOf(dataDir).length === 0, STOP_MAX_MS)
  }
}

const isHealthy = (port: number) =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  )

/** The sum; `pss` may be added up, `rss` counts what is shared in each. */
export function totalOf(memories: Memory[]): Memory {
  const sum = (key: 'processes' | 'rss' | 'pss') => memories.reduce((total, memory) => total + memory[key], 0)
  return { name: 'all', processes: sum('processes'), rss: sum('rss'), pss: sum('pss') }
}

const ROLES: [name: string, pattern: RegExp][] = [
  ['Main API', /booking\/main\.ts/],
  ['CRM', /crm\/main\.ts/],
  ['both PostgreSQL', /postgres/],
  ['launcher', /scripts\/(start\.ts|bootstrap\.mjs)/],
  ['npm', /npm/],
  ['others', /^/],
]

/** With their children: those of a PostgreSQL server do not show whose they are. */
function readMemory(parents: number[]): Memory[] {
  const groups = new Map<string, number[]>(ROLES.map(([name]) => [name, []]))
  for (const pid of new Set(parents.flatMap(readFamily).map(({ pid }) => pid))) {
    const command = commandOf(pid)
    const role = ROLES.find(([, pattern]) => pattern.test(command))?.[0] ?? ''
    groups.get(role)?.push(pid)
  }
  return [...groups].filter(([, pids]) => pids.length > 0).map(([name, pids]) => memoryOf(name, pids))
}
