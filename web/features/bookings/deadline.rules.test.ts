import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadlineOf, policyInWords } from './deadline.rules.ts'

const event = (cancellation_deadline_hours: number) => ({
  start_datetime: '2026-11-25T18:00:00',
  cancellation_deadline_hours,
})
const at = (text: string) => new Date(`${text}Z`)

test('the deadline lies so many hours before the start', () => {
  assert.deepEqual(deadlineOf(event(24)), at('2026-11-24T18:00:00'))
  assert.deepEqual(deadlineOf(event(0)), at('2026-11-25T18:00:00'))
})

test('the policy says what may still be done', () => {
  assert.equal(policyInWords(event(0), at('2026-11-25T17:59:59')), 'You can cancel until it begins.')
  assert.match(policyInWords(event(24), at('2026-11-24T17:59:59')), /^You can cancel until /)
  assert.match(
    policyInWords(event(24), at('2026-11-24T18:00:00')),
    /^It could be cancelled until .* Ask the facilitator/,
  )
  assert.match(policyInWords(event(24), at('2026-11-25T18:00:00')), /^It has begun/)
})
