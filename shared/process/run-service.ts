import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '#shared/config/env.ts'
import { createLogger, type Logger } from '#shared/telemetry/logger.ts'
import { startTracing, stopTracing } from '#shared/telemetry/tracing.ts'
import { reportServing, startWorkers } from './workers.ts'

/** A running service. `beginDrain` makes `/ready` answer 503 while it still serves; `stop` finishes the requests in progress. */
type RunningService = { beginDrain?(): void; stop(signal: NodeJS.Signals): Promise<void> }

/** The settings that every service has. */
type Running = {
  logLevel: string
  /** Settings that are probably a mistake in production. */
  warnings: string[]
  processes?: number
  drainSeconds: number
  isTraced: boolean
  tracedAs: string | undefined
}

type Service<Config> = {
  name: string
  loadConfig: () => Config
  /** Runs once before anything is started, in the primary process only. Throws when the service cannot start. */
  check?: (config: Config) => Promise<void>
  start: (config: Config, log: Logger) => Promise<RunningService>
}

const STOP_MAX_MS = 12_000
const LAST_SPANS_MAX_MS = 1_000

/**
 * Starts a service and stops it gracefully on a signal, or when the launcher that started it is gone. A failed start is
 * logged and exits with 1.
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
  await starting.then(reportServing).catch((error: Error) => {
    // Expected faults are plain errors with a full sentence; only others need their stack.
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

/** At most a second: an unreachable collector must not delay the stop. */
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
