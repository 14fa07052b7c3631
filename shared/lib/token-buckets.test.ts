import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenBuckets } from './token-buckets.ts'

function setUp(perMinute: number, keysMax?: number) {
  let nowMs = 1_000_000
  const buckets = createTokenBuckets(perMinute, { now: () => new Date(nowMs) }, keysMax)
  const takeMany = (key: string, count: number, times = 1) =>
    Array.from({ length: count }, () => buckets.take(key, times)).filter((wait) => wait === 0).length
  return { ...buckets, takeMany, pass: (seconds: number) => (nowMs += seconds * 1_000) }
}

test('a full bucket at once, then evenly, and never more than it holds', () => {
  const { take, takeMany, pass } = setUp(30)
  assert.equal(takeMany('a', 100), 30)
  assert.equal(take('a'), 2, 'seconds until the next one')
  assert.equal(takeMany('b', 100), 30, 'everybody has their own')
  pass(10)
  assert.equal(takeMany('a', 100), 5)
  pass(3_600)
  assert.equal(takeMany('a', 100), 30)
  assert.equal(takeMany('net', 100, 2), 60)
})

test('what came to nothing is given back, to the brim and not beyond', () => {
  const { take, takeMany, giveBack } = setUp(2)
  assert.equal(takeMany('a', 3), 2)
  giveBack('a')
  assert.deepEqual([take('a'), take('a') > 0], [0, true])
  for (let i = 0; i < 9; i++) giveBack('a')
  assert.equal(takeMany('a', 9), 2)
  giveBack('never seen')
})

test('a clock that is set back empties nothing', () => {
  const { takeMany, pass } = setUp(10)
  assert.equal(takeMany('a', 5), 5)
  pass(-3_600)
  assert.equal(takeMany('a', 9), 5)
})

test('so many keys are kept, and zero means no limit', () => {
  const { takeMany } = setUp(1, 2)
  for (const key of ['a', 'b', 'c']) assert.equal(takeMany(key, 2), 1)
  assert.equal(takeMany('c', 1), 0)
  assert.equal(takeMany('a', 1), 1, 'forgotten, hence full')
  assert.equal(setUp(0).takeMany('a', 10_000), 10_000)
})
