import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestBooking } from '#harness/apps/test-booking.ts'
import { attempt, compare, failingLogins } from '#harness/attacks/login-timing.ts'
import { areaUnderCurve, mannWhitney } from '#harness/load/rank-test.ts'

/** The times themselves are measured by `npm run torture -- login-timing`: they need a quiet machine. */

test('logins that fail answer the same, whatever the reason', async () => {
  const booking = await startTestBooking()
  const [first, ...others] = await Promise.all(
    (await failingLogins(booking)).map(async (each) => ({
      kind: each.kind,
      answer: await attempt(booking, each),
    })),
  )
  assert.equal(first?.answer.status, 401)
  for (const { kind, answer } of others) assert.deepEqual(answer, first?.answer, kind)
  await booking.close()
})

test('the rank test tells what differs from what does not', () => {
  const noise = (offset: number, count = 500) =>
    Array.from({ length: count }, (_, i) => offset + ((i * 7919) % 1009) / 100)
  assert.ok(mannWhitney(noise(20), noise(20)) > 0.9)
  assert.ok(mannWhitney(noise(20), noise(22)) < 1e-6)
  assert.ok(Math.abs(mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) - 0.009) < 0.001)
  assert.ok(mannWhitney([5, 5, 5], [5, 5, 5]) > 0.99)
  assert.deepEqual(
    [areaUnderCurve([1, 2], [3, 4]), areaUnderCurve([3, 4], [1, 2]), areaUnderCurve([1, 4], [2, 3])],
    [0, 1, 0.5],
  )
  assert.ok(Math.abs(areaUnderCurve(noise(20), noise(20)) - 0.5) < 0.01)
  assert.equal(compare('slower', noise(23), noise(20)).isLike, false)
  assert.equal(compare('the same', noise(20), noise(20)).isLike, true)
})
