import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '#harness/load/load.ts'
import { SERVICE_OPTIONS } from '#shared/lib/v8-memory.ts'

/** One process of the product, or another server. Its address stays the same over any number of kills and starts. */
export type Service = {
  name: string
  url: string
  port: number
  /** 0 before the first start. */
  pid(): number
  isRunning(): boolean
  /** Starts the process and returns at once. */
  spawn(): void
  /** Resolves with the milliseconds from its start to a healthy answer. Throws when the process ends instead. */
  untilHealthy(maxMs?: number): Promise<number>
  start(): Promise<number>
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code and how long it took. Nothing happens to a process that has ended. */
  stop(): Promise<{ code: number | null; ms: number }>
  /** The exit code of a process that has ended, by signal -1. */
  exitCode(): number | undefined
  /** What it printed, of very much the end. */
  output(): string
}

export type ServiceOptions = {
  name: string
  port: number
  /** The file of ours that is run, from the root of the repository; or another program with its arguments. */
  entry?: string
  command?: [program: string, ...args: string[]]
  env?: Record<string, string>
  nodeOptions?: string[]
  /** Not the repository unless asked for: a developer's own .env must not steer a proof. */
  cwd?: string
  /** Where 200 means that it is up. */
  healthPath?: string
  /** Besides that. */
  isUp?: (output: string) => boolean
}

export const root = join(import.meta.dirname, '..', '..')
const OUTPUT_MAX_CHARS = 64 * 1024 * 1024
/** Generous: how long a start may take is judged where a proof claims it. */
const START_MAX_MS = 120_000

let isOver = false

/** A proof that is broken off may be about to start something that nobody would stop again. */
export function startNoMore(): void {
  isOver = true
}

/** A service that is not started yet. */
export function createService(options: ServiceOptions): Service {
  const {
    name,
    port,
    entry,
    env,
    nodeOptions = [],
    cwd = import.meta.dirname,
    healthPath = '/health',
  } = options
  const url = `http://127.0.0.1:${port}`
  const client = createClient({ keepAlive: false, timeoutMs: 5_000 })
  const [program, ...args] = options.command ?? [
    process.execPath,
    ...SERVICE_OPTIONS,
    ...nodeOptions,
    join(root, entry ?? ''),
  ]
  let child: ChildProcess | undefined
  let startedAt = 0
  let output = ''

  const isRunning = () => child !== undefined && !hasEnded(child)
  const ended = async () => {
    if (child && !hasEnded(child)) await once(child, 'exit')
  }
  const start = () => {
    if (isRunning()) throw new Error(`${name} is running already`)
    if (isOver) throw new Error(`${name} is not started any more: the run has been broken off`)
    startedAt = performance.now()
    child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], cwd })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-OUTPUT_MAX_CHARS)
      })
    }
  }
  const untilHealthy = async (maxMs = START_MAX_MS) => {
    for (;;) {
      const { status } = await client.call('GET', url + healthPath)
      const ms = performance.now() - startedAt
      if (status === 200 && (options.isUp?.(output) ?? true)) return ms
      if (!isRunning())
        throw new Error(
          `${name} did not start (${child?.signalCode ?? child?.exitCode} before it was healthy):\n${output}`,
        )
      if (ms > maxMs) throw new Error(`${name} was not healthy within ${maxMs} ms:\n${output}`)
      await sleep(10)
    }
  }
  return {
    name,
    url,
    port,
    pid: () => child?.pid ?? 0,
    isRunning,
    spawn: start,
    untilHealthy,
    start() {
      start()
      return untilHealthy()
    },
    async kill() {
      child?.kill('SIGKILL')
      await ended()
    },
    async stop() {
      const stoppedAt = performance.now()
      child?.kill('SIGTERM')
      await ended()
      return { code: child?.exitCode ?? null, ms: performance.now() - stoppedAt }
    },
    exitCode: () => (child && hasEnded(child) ? (child.exitCode ?? -1) : undefined),
    output: () => output,
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
