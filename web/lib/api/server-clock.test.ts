import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrow, offsetIn, spanOf } from './server-clock.ts'

const HOUR_MS = 3_600_000
const UNKNOWN = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }

/** An answer of a server at `serverMs`, asked by a device whose clock is ahead by `aheadMs`, 40 ms away. */
const answer = (serverMs: number, aheadMs: number) =>
  spanOf(Math.floor(serverMs / 1_000) * 1_000, serverMs + aheadMs - 20, serverMs + aheadMs + 20)

test('a device that is right is left as it is, whatever the second of the header', () => {
  assert.equal(offsetIn(UNKNOWN), 0)
  for (const serverMs of [10_000, 10_500, 10_999]) assert.equal(offsetIn(answer(serverMs, 0)), 0)
})

test('a wrong clock is put right to within a second, and better with each answer', () => {
  for (const aheadMs of [2 * HOUR_MS, -2 * HOUR_MS]) {
    const first = answer(10_700, aheadMs)
    assert.ok(Math.abs(offsetIn(first) + aheadMs) <= 1_020)
    const more = [20_050, 30_300, 40_950].reduce((known, at) => narrow(known, answer(at, aheadMs)), first)
    assert.ok(Math.abs(offsetIn(more) + aheadMs) <= 200, String(offsetIn(more)))
  }
})

test('a clock that is set meanwhile is followed', () => {
  const right = narrow(answer(10_500, 0), answer(20_500, 0))
  assert.ok(Math.abs(offsetIn(narrow(right, answer(30_500, HOUR_MS))) + HOUR_MS) <= 1_020)
})
