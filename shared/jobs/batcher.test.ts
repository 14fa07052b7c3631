import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBatcher } from './batcher.ts'

type Run = { items: number[]; end: () => void }

/** A batcher whose runs end when they are told to. */
function createManual(options: { concurrency: number; waitMaxMs?: number; batchMax?: number }) {
  const runs: Run[] = []
  const batcher = createBatcher<number, number>({
    name: 'double',
    batchMax: 3,
    waitingMax: 6,
    ...options,
    run: (items) =>
      new Promise((resolve) => {
        runs.push({ items, end: () => resolve(items.map((item) => item * 10)) })
      }),
  })
  return { batcher, runs, carried: () => runs.map(({ items }) => items) }
}

test('idle, an item runs at once; what comes meanwhile goes together', async () => {
  const { batcher, runs, carried } = createManual({ concurrency: 1 })
  const answers = [batcher.add(1)]
  await sleep(1)
  answers.push(...[2, 3, 4, 5].map((item) => batcher.add(item)))
  assert.deepEqual(carried(), [[1]])
  for (let i = 0; i < 3; i++) {
    runs[i]?.end()
    await sleep(1)
  }
  assert.deepEqual(carried(), [[1], [2, 3, 4], [5]])
  assert.deepEqual(await Promise.all(answers), [10, 20, 30, 40, 50])
})

test('what comes in one turn of the event loop goes together, and no run carries nothing', async () => {
  const { batcher, carried } = createManual({ concurrency: 3 })
  for (const item of [1, 2, 3, 4]) void batcher.add(item)
  await sleep(1)
  assert.deepEqual(carried(), [[1, 2, 3], [4]])
})

test('when more items arrive than are processed, new ones are refused until the queue is shorter', async () => {
  const { batcher, runs } = createManual({ concurrency: 1, waitMaxMs: 20 })
  void batcher.add(0)
  await sleep(1)
  const waiting = [1, 2, 3].map((item) => batcher.add(item))
  await sleep(30)
  // One slow run is no reason: the next one carries them all.
  waiting.push(batcher.add(4))
  await assert.rejects(batcher.add(5), { status: 503 })
  for (const run of [0, 1, 2]) {
    runs[run]?.end()
    await sleep(1)
  }
  assert.deepEqual(await Promise.all(waiting), [10, 20, 30, 40])
  void batcher.add(6)
  await sleep(1)
  assert.deepEqual(runs[3]?.items, [6])
})

test('when the queue is full, new items are refused', async () => {
  const { batcher } = createManual({ concurrency: 1 })
  void batcher.add(0)
  await sleep(1)
  for (let item = 1; item <= 6; item++) void batcher.add(item)
  await assert.rejects(batcher.add(7), { status: 503 })
})

test('what waits is bounded by its weight, not by how many there are', async () => {
  const batcher = createBatcher<number, number>({
    name: 'carry',
    batchMax: 4,
    weigh: (item) => item,
    concurrency: 1,
    waitingMax: 10,
    run: () => new Promise(() => {}),
  })
  void batcher.add(4)
  await sleep(1)
  for (const item of [4, 4, 4]) void batcher.add(item)
  await assert.rejects(batcher.add(1), { status: 503, code: 'too_busy' })
  assert.equal(batcher.waiting(), 3)
})
