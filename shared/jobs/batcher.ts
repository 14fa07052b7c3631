import { unavailable } from '#shared/http/app-error.ts'

/**
 * Group commit: what arrives while a run is under way waits and goes into the next one together. Idle, an item
 * runs at once; under load, one run carries many.
 */
export type Batcher<In, Out> = {
  /** Rejects with 503 when too many wait already. */
  add(item: In): Promise<Out>
  /** How many wait for the next run. */
  waiting(): number
}

type BatcherOptions<In, Out> = {
  /** Answers in the order of the items. When it rejects, all items of the run do. */
  run: (items: In[]) => Promise<Out[]>
  /** How much one run carries; an item weighs one unless told otherwise. A heavier one runs alone. */
  batchMax: number
  weigh?: (item: In) => number
  /** Runs at the same time. */
  concurrency: number
  waitingMax: number
}

type Waiting<In, Out> = { item: In; resolve: (out: Out) => void; reject: (error: unknown) => void }

export function createBatcher<In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> {
  const { run, batchMax, weigh = () => 1, concurrency, waitingMax } = options
  const queue: Waiting<In, Out>[] = []
  let running = 0

  const countFitting = () => {
    let weight = 0
    const tooMuch = queue.findIndex(({ item }, i) => {
      weight += weigh(item)
      return i > 0 && weight > batchMax
    })
    return tooMuch < 0 ? queue.length : tooMuch
  }
  const next = async () => {
    running++
    // Whatever else arrives in this turn of the event loop comes along.
    await Promise.resolve()
    const batch = queue.splice(0, countFitting())
    try {
      const outs = await run(batch.map(({ item }) => item))
      for (const [i, { resolve }] of batch.entries()) resolve(outs[i] as Out)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    running--
    if (queue.length > 0) void next()
  }

  return {
    waiting: () => queue.length,
    add(item) {
      if (queue.length >= waitingMax) return Promise.reject(tooBusy())
      const { promise, resolve, reject } = Promise.withResolvers<Out>()
      queue.push({ item, resolve, reject })
      if (running < concurrency) void next()
      return promise
    },
  }
}

const tooBusy = () => unavailable('too_busy', 'Too many requests at once: please try again in a moment.', 1)
