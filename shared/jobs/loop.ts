import { runAs } from '#shared/telemetry/request-context.ts'

/** A background job that repeats until stopped. */
export type Loop = {
  /** Runs the job now, or again right after the current run, instead of at the next interval. */
  poke(): void
  /** Resolves when the current run has finished; there is no further one. */
  stop(): Promise<void>
}

type LoopOptions = {
  name: string
  everyMs: number
  /** Delay before the first run. */
  firstAfterMs?: number
  /** Returns true when the job should run again without waiting. */
  run: () => Promise<boolean>
  log: { error(details: object, message: string): void }
}

/** Starts a job. Runs never overlap; a failed run is logged and repeated at the next interval. */
export function startLoop({ name, everyMs, firstAfterMs = 0, run, log }: LoopOptions): Loop {
  let timer: NodeJS.Timeout | undefined
  let current: Promise<void> | undefined
  let isStopped = false
  let isPoked = false

  const schedule = (delayMs: number) => {
    clearTimeout(timer)
    // Without the context of the request that has started or poked it.
    if (!isStopped) timer = runAs(undefined, () => setTimeout(start, delayMs))
  }
  const start = () => {
    current = runOnce().then((hasMore) => {
      current = undefined
      const again = hasMore || isPoked
      isPoked = false
      schedule(again ? 0 : everyMs)
    })
  }
  const runOnce = () =>
    run().catch((err: unknown) => {
      log.error({ err, job: name }, 'job failed and will run again')
      return false
    })

  schedule(firstAfterMs)
  return {
    poke() {
      if (current) isPoked = true
      else schedule(0)
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await current
    },
  }
}
