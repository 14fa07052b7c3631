import { runAs } from '#shared/telemetry/request-context.ts'

/** A piece of work that repeats until stopped. */
export type Loop = {
  /** Runs soon instead of waiting for the interval. */
  poke(): void
  /** Lets a run that has begun finish, then never runs again. */
  stop(): Promise<void>
}

type LoopOptions = {
  name: string
  everyMs: number
  /** How long to wait before the first run; none by default. */
  firstAfterMs?: number
  /** Returns true when there is more to do right away. */
  run: () => Promise<boolean>
  log: { error(details: object, message: string): void }
}

/** Runs one at a time; a failed run is logged and tried again at the next interval. */
export function startLoop({ name, everyMs, firstAfterMs = 0, run, log }: LoopOptions): Loop {
  let timer: NodeJS.Timeout | undefined
  let current: Promise<void> | undefined
  let isStopped = false
  let isPoked = false

  const schedule = (delayMs: number) => {
    clearTimeout(timer)
    // Whatever is under way where it was started or poked: it is nobody's request.
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
