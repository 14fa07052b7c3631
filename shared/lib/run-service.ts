import cluster from 'node:cluster'
import { ConfigError } from './env.ts'
import { createLogger, type Logger } from './logger.ts'
import { releaseSpareMemory } from './spare-memory.ts'
import { startWorkers, tellServing } from './workers.ts'

/** A running service; `stop` finishes what is under way. */
type RunningService = { stop(): Promise<void> }

type Service<Config> = {
  name: string
  loadConfig: () => Config
  /** What can be refused before anything is started: once, however many processes there are. */
  check?: (config: Config) => Promise<void>
  start: (config: Config, log: Logger) => Promise<RunningService>
}

const STOP_MAX_MS = 12_000

/**
 * The life of a process: start, run until a signal (or until the launcher that started it is gone), stop
 * gracefully. A start that fails says why in a sentence and ends with code 1.
 */
export async function runService<Config extends { logLevel: string; processes?: number }>(
  service: Service<Config>,
): Promise<void> {
  const config = readConfig(service.loadConfig)
  const log = createLogger(service.name, config.logLevel)
  const starting = startHere(service, config, log)
  let isStopping = false
  const stop = async (reason: string) => {
    if (isStopping) return
    isStopping = true
    log.info({ reason }, 'stopping')
    setTimeout(() => process.exit(1), STOP_MAX_MS).unref()
    const running = await starting.catch(() => undefined)
    await running?.stop()
    log.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
  process.on('disconnect', () => void stop('launcher is gone'))
  await starting
    .then(tellServing)
    .then(releaseSpareMemory)
    .catch((error: Error) => {
      // Our own faults at start are sentences; only others need their stack.
      log.fatal(error.constructor === Error && !error.cause ? {} : { err: error }, error.message)
      process.exit(1)
    })
}

async function startHere<Config extends { processes?: number }>(
  service: Service<Config>,
  config: Config,
  log: Logger,
): Promise<RunningService> {
  if (cluster.isWorker) return service.start(config, log)
  await service.check?.(config)
  const { processes = 1 } = config
  if (processes === 1) return service.start(config, log)
  const workers = startWorkers(processes, log)
  void workers.failed.then(async () => {
    await workers.stop()
    process.exit(1)
  })
  return workers
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
