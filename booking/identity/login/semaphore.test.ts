import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSemaphore } from './semaphore.ts'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('runs as many at once as there are permits, the others in order of arrival', async () => {
  const withPermit = createSemaphore(2, 10)
  const started: number[] = []
  const finish: (() => void)[] = []
  const work = (i: number) =>
    withPermit(() => {
      started.push(i)
      return new Promise<void>((resolve) => finish.push(resolve))
    })
  const all = Promise.all([0, 1, 2, 3, 4].map(work))
  for (const seen of [2, 3, 4, 5, 5]) {
    await settled()
    assert.deepEqual(started, [0, 1, 2, 3, 4].slice(0, seen))
    finish.shift()?.()
  }
  await all
})

test('answers 503 at once when the queue is full, and after six seconds in the queue', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const withPermit = createSemaphore(1, 1)
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = withPermit(() => promise)
  const second = assert.rejects(
    withPermit(async () => {}),
    { status: 503, code: 'busy' },
  )
  await assert.rejects(
    withPermit(async () => {}),
    { status: 503, code: 'busy' },
  )
  t.mock.timers.tick(6_000)
  await second
  resolve('done')
  assert.equal(await first, 'done')
  assert.equal(await withPermit(async () => 'next'), 'next')
})

test('work that fails releases its permit', async () => {
  const withPermit = createSemaphore(1, 1)
  await assert.rejects(
    withPermit(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await withPermit(async () => 'next'), 'next')
})
