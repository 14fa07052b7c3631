import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './semaphore.ts'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('so many at once, the others in the order they came', async () => {
  const inTurn = createTurns(2, 10)
  const started: number[] = []
  const finish: (() => void)[] = []
  const work = (i: number) =>
    inTurn(() => {
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

test('who finds the line full is told at once, who stands in it too long after six seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const inTurn = createTurns(1, 1)
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = inTurn(() => promise)
  const second = assert.rejects(
    inTurn(async () => {}),
    { status: 503, code: 'busy' },
  )
  await assert.rejects(
    inTurn(async () => {}),
    { status: 503, code: 'busy' },
  )
  t.mock.timers.tick(6_000)
  await second
  resolve('done')
  assert.equal(await first, 'done')
  assert.equal(await inTurn(async () => 'next'), 'next')
})

test('work that fails frees its place', async () => {
  const inTurn = createTurns(1, 1)
  await assert.rejects(
    inTurn(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await inTurn(async () => 'next'), 'next')
})
