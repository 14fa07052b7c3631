import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { processesOf, signalAll } from './proc.ts'
import { createService } from './services.ts'

/** `npm start` as a user has it: the launcher, both services and their databases, on free ports and a data directory of its own. */
export type Stillpoint = {
  api: string
  crm: string
  dataDir: string
  /** Everything it printed, for the message of a test that fails. */
  output(): string
  /** SIGTERM, as a service manager or Ctrl-C would. Resolves with the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL to every process of it at once, as a power cut would. */
  killTree(): Promise<void>
}

const READY = 'Press Ctrl+C'

export function createDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'stillpoint-run-'))
}

export function removeDataDir(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true })
}

/** Resolves when both services are healthy. */
export async function startStillpoint(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<Stillpoint> {
  const ports = { API_PORT: String(await freePort()), CRM_PORT: String(await freePort()) }
  const own = { HOST: '127.0.0.1', ...ports, DATA_DIR: dataDir, AUTH_RATE_LIMIT: 'off', ...env }
  const launcher = createService({
    name: 'Stillpoint',
    entry: 'scripts/start.ts',
    port: Number(own.API_PORT),
    env: own,
    isUp: (output) => output.includes(READY),
  })
  await launcher.start()
  return {
    api: launcher.url,
    crm: `http://127.0.0.1:${own.CRM_PORT}`,
    dataDir,
    output: launcher.output,
    stop: async () => (await launcher.stop()).code,
    async killTree() {
      await launcher.kill()
      await killProcessesOf(dataDir)
    },
  }
}

/** Every process of a data directory, as when the power goes; resolves when all are gone. */
export async function killProcessesOf(dataDir: string): Promise<void> {
  await waitUntil(() => {
    const pids = processesOf(dataDir)
    signalAll(pids)
    return pids.length === 0
  }, 10_000)
}

/** Asks every 25 ms until the condition holds. Throws when it does not in time. */
export async function waitUntil(condition: () => unknown | Promise<unknown>, maxMs: number): Promise<void> {
  const deadline = performance.now() + maxMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${maxMs} ms: ${condition}`)
    await sleep(25)
  }
}
