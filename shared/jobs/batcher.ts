import { tooBusy } from '#shared/errors/app-error.ts'
import { currentRequest, onBehalfOf, type RequestContext } from '#shared/telemetry/request-context.ts'

/**
 * Group commit: what arrives while a run is under way waits and goes into the next one together. Idle, an item
 * runs at once; under load, one run carries many.
 */
export type Batcher<In, Out> = {
  /** Rejects with 503 when too many wait already, or the first of them for too long. */
  add(item: In): Promise<Out>
  /** How many wait for the next run. */
  waiting(): number
}

type BatcherOptions<In, Out> = {
  /** What a run does, for traces. */
  name: string
  /** Answers in the order of the items. When it rejects, all items of the run do. */
  run: (items: In[]) => Promise<Out[]>
  /** How much one run carries; an item weighs one unless told otherwise. A heavier one runs alone. */
  batchMax: number
  weigh?: (item: In) => number
  /** Runs at the same time. */
  concurrency: number
  /** So much may wait, by weight. */
  waitingMax: number
  /**
   * When the first has waited so long, and the next runs cannot carry all, more comes in than is done: whoever comes now
   * is told so, not let wait as well. A run that is slow for once refuses nobody.
   */
  waitMaxMs?: number
}

type Waiting<In, Out> = {
  item: In
  request: RequestContext | undefined
  sinceMs: number
  resolve: (out: Out) => void
  reject: (error: unknown) => void
}

export function createBatcher<In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> {
  const { name, run, batchMax, weigh = () => 1, concurrency, waitingMax } = options
  const { waitMaxMs = Number.POSITIVE_INFINITY } = options
  const queue: Waiting<In, Out>[] = []
  let running = 0
  /** Of all that wait. */
  let weight = 0
  /** A run has been decided on, and takes what is there when this turn of the event loop ends. */
  let isFilling = false

  const countFitting = () => {
    let fitting = 0
    const tooMuch = queue.findIndex(({ item }, i) => {
      fitting += weigh(item)
      return i > 0 && fitting > batchMax
    })
    return tooMuch < 0 ? queue.length : tooMuch
  }
  const next = async () => {
    running++
    isFilling = true
    // Whatever else arrives in this turn of the event loop comes along.
    await Promise.resolve()
    const batch = queue.splice(0, countFitting())
    for (const { item } of batch) weight -= weigh(item)
    isFilling = false
    beginNext()
    try {
      const outs = await onBehalfOf(
        batch.map(({ request }) => request),
        name,
        () => run(batch.map(({ item }) => item)),
      )
      for (const [i, { resolve }] of batch.entries()) resolve(outs[i] as Out)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    running--
    beginNext()
  }
  const beginNext = () => {
    if (queue.length > 0 && !isFilling && running < concurrency) void next()
  }
  const isBehind = () =>
    queue.length > batchMax * concurrency && performance.now() - (queue[0]?.sinceMs ?? 0) > waitMaxMs

  return {
    waiting: () => queue.length,
    add(item) {
      if (weight >= waitingMax || isBehind()) return Promise.reject(tooBusy())
      const { promise, resolve, reject } = Promise.withResolvers<Out>()
      const request = currentRequest()
      weight += weigh(item)
      queue.push({ item, request, sinceMs: performance.now(), resolve, reject })
      beginNext()
      return promise
    },
  }
}
