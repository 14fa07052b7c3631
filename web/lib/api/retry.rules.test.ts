import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError, unreachable } from './api-error.ts'
import { mayRetry, retryWaitMs, troubleOf } from './retry.rules.ts'

const refusal = (status: number, retryAfterSeconds = 0) =>
  new ApiError(status, { code: 'x', error: 'x' }, retryAfterSeconds)

test('a read that was refused for a while, or got no answer, is tried again after the wait', () => {
  assert.deepEqual(
    [unreachable(), refusal(503, 30), refusal(500), refusal(404), refusal(503, 31), refusal(502, 6)].map(
      (error) => mayRetry(0, error),
    ),
    [true, true, true, false, false, false],
  )
  assert.deepEqual([mayRetry(2, unreachable()), mayRetry(3, unreachable())], [true, false])
  assert.deepEqual([retryWaitMs(0, refusal(503, 7)), retryWaitMs(2, refusal(503, 1))], [7_000, 4_000])
})

test('the reader is told what is wrong', () => {
  assert.deepEqual([troubleOf(refusal(503)), troubleOf(unreachable())], ['busy', 'unreachable'])
})
