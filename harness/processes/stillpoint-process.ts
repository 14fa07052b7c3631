import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

const root = join(import.meta.dirname, '..', '..')

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
  const [apiPort, crmPort] = [await freePort(), await freePort()]
  const api = `http://127.0.0.1:${apiPort}`
  const crm = `http://127.0.0.1:${crmPort}`
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.ts')], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      API_PORT: String(apiPort),
      CRM_PORT: String(crmPort),
      DATA_DIR: dataDir,
      AUTH_RATE_LIMIT: 'off',
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
  await waitUntil(() => child.exitCode !== null || output.includes('Press Ctrl+C'), 60_000)
  if (!output.includes('Press Ctrl+C')) throw new Error(`Stillpoint did not start:\n${output}`)
  return {
    api,
    crm,
    dataDir,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      return exitCode(child)
    },
    async killTree() {
      for (const pid of [child.pid ?? 0, ...processesOf(dataDir)]) kill(pid)
      await exitCode(child)
      await waitUntil(() => processesOf(dataDir).length === 0, 10_000)
    },
  }
}

/** Every process whose environment, command line or working directory names the data directory. Linux only. */
export function processesOf(dataDir: string): number[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (pid) =>
        read(pid, 'environ').includes(`DATA_DIR=${dataDir}\0`) || read(pid, 'cmdline').includes(dataDir),
    )
    .filter((pid) => !/^\d+ \([^)]*\) Z/.test(read(pid, 'stat')))
    .map(Number)
}

/** Memory that is really occupied, in MB: pages that processes share are counted once. */
export function residentMegabytes(pids: number[]): number {
  const kilobytes = pids.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1])
  })
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024
}

export async function waitUntil(condition: () => unknown | Promise<unknown>, maxMs: number): Promise<void> {
  const deadline = performance.now() + maxMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${maxMs} ms: ${condition}`)
    await sleep(25)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself meanwhile.
  }
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}
