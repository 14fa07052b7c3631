import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '#shared/config/env.ts'
import { createLogger, type Logger } from '#shared/telemetry/logger.ts'
import { startTracing, stopTracing } from '#shared/telemetry/tracing.ts'
import { startWorkers, tellServing } from './workers.ts'

/**
 * A running service. `beginDrain` has it say that it is about to go, while it serves on; `stop` finishes what is under
 * way.
 */
type RunningService = { beginDrain?(): void; stop(signal: NodeJS.Signals): Promise<void> }

/** What is the same for every service. */
type Running = {
  logLevel: string
  /** What is set, and hardly meant for production. */
  warnings: string[]
  processes?: number
  drainSeconds: number
  isTraced: boolean
  tracedAs: string | undefined
}

type Service<Config> = {
  name: string
  loadConfig: () => Config
  /** What can be refused before anything is started: once, however many processes there are. */
  check?: (config: Config) => Promise<void>
  start: (config: Config, log: Logger) => Promise<RunningService>
}

const STOP_MAX_MS = 12_000
const LAST_SPANS_MAX_MS = 1_000

/**
 * The life of a process: start, run until a signal (or until the launcher that started it is gone), stop
 * gracefully. A start that fails says why in a sentence and ends with code 1.
 */
export async function runService<Config extends Running>(service: Service<Config>): Promise<void> {
  const config = readConfig(service.loadConfig)
  const log = createLogger(service.name, config.logLevel)
  const starting = startHere(service, config, log)
  let isStopping = false
  const stop = async (reason: string, signal: NodeJS.Signals = 'SIGTERM') => {
    if (isStopping) return
    isStopping = true
    log.info({ reason }, 'stopping')
    const drainMs = config.drainSeconds * 1_000
    setTimeout(() => process.exit(1), drainMs + STOP_MAX_MS).unref()
    const running = await starting.catch(() => undefined)
    if (running?.beginDrain) {
      running.beginDrain()
      await sleep(drainMs)
    }
    await running?.stop(signal)
    await sendLastSpans()
    log.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => void stop(signal, signal))
  process.on('disconnect', () => void stop('launcher is gone'))
  await starting.then(tellServing).catch((error: Error) => {
    // Our own faults at start are sentences; only others need their stack.
    log.fatal(error.constructor === Error && !error.cause ? {} : { err: error }, error.message)
    process.exit(1)
  })
}

async function startHere<Config extends Running>(
  service: Service<Config>,
  config: Config,
  log: Logger,
): Promise<RunningService> {
  const start = async () => {
    if (config.isTraced) await startTracing(config.tracedAs ?? `stillpoint-${service.name}`)
    return service.start(config, log)
  }
  if (cluster.isWorker) return start()
  for (const warning of config.warnings) log.warn({ warning }, 'a setting is hardly meant for production')
  await service.check?.(config)
  const { processes = 1 } = config
  if (processes === 1) return start()
  const workers = startWorkers(processes, log)
  void workers.failed.then(async () => {
    await workers.stop()
    process.exit(1)
  })
  return workers
}

/** A collector that is away must not hold up the stop. */
async function sendLastSpans(): Promise<void> {
  const sent = stopTracing().catch(() => {})
  await Promise.race([sent, sleep(LAST_SPANS_MAX_MS)])
}

function readConfig<Config>(loadConfig: () => Config): Config {
  try {
    return loadConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}
