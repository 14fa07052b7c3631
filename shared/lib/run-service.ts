import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Logger } from './logger.ts'

/** A running service; `stop` finishes what is under way. */
export type RunningService = { stop(): Promise<void> }

const STOP_MAX_MS = 12_000

/**
 * The life of a process: start, run until a signal (or until the launcher that started it is gone), stop
 * gracefully. A start that fails says why in a sentence and ends with code 1.
 */
export async function runService(log: Logger, start: () => Promise<RunningService>): Promise<void> {
  const starting = start()
  let isStopping = false
  const stop = async (reason: string) => {
    if (isStopping) return
    isStopping = true
    log.info({ reason }, 'stopping')
    setTimeout(() => process.exit(1), STOP_MAX_MS).unref()
    const service = await starting.catch(() => undefined)
    await service?.stop()
    log.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
  process.on('disconnect', () => void stop('launcher is gone'))
  process.on('message', (message) => message === 'stop' && void stop('asked by launcher'))
  await starting.then(releaseStartupMemory).catch((error: Error & { code?: string; port?: number }) => {
    if (error.code === 'EADDRINUSE')
      log.fatal(`Port ${error.port} is already in use: stop what runs there, or choose another port.`)
    else log.fatal({ err: error }, error.message)
    process.exit(1)
  })
}

/** Starting needs far more memory than running; an idle V8 would keep it. This kind of collection also gives it back. */
function releaseStartupMemory(): void {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as (options: object) => void
  setTimeout(collectGarbage, 1_000, { type: 'major', execution: 'sync', flavor: 'last-resort' }).unref()
}
