import { tooBusy } from '#shared/errors/app-error.ts'
import { currentRequest, onBehalfOf, type RequestContext } from '#shared/telemetry/request-context.ts'

/**
 * Group commit: items that arrive while a batch runs are queued and form the next batch. An idle batcher runs an item at
 * once, so there is no batching window; under load one batch has many items (decision 0007).
 */
export type Batcher<In, Out> = {
  /** Resolves with the item's result. Rejects with 503 when the queue is full or is not being worked off in time. */
  add(item: In): Promise<Out>
  /** Items in the queue. */
  waiting(): number
}

type BatcherOptions<In, Out> = {
  /** Name of the span of a batch. */
  name: string
  /** Returns one result for each item, in the same order. When it rejects, all items of the batch do. */
  run: (items: In[]) => Promise<Out[]>
  /** Weight of one batch; an item weighs 1 unless `weigh` says otherwise. A heavier item is a batch of its own. */
  batchMax: number
  weigh?: (item: In) => number
  /** Batches that run at the same time. */
  concurrency: number
  /** Weight that may be queued. */
  waitingMax: number
  /**
   * New items are refused while the oldest one has waited longer than this and the queue exceeds the next batches. A
   * single slow batch refuses nothing.
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
  /** Total weight of the queue. */
  let weight = 0
  /** The next batch is scheduled and takes its items after the current synchronous code. */
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
    // Items that are added synchronously after the first one join its batch.
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
      // A cast because of noUncheckedIndexedAccess: `run` returns one result for each item, and Out may include undefined.
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
