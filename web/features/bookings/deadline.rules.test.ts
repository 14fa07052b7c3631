import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyInWords } from './deadline.rules.ts'

const event = (cancellation_deadline_hours: number) => ({
  start_datetime: '2026-11-25T18:00:00',
  cancellation_deadline_hours,
  timezone: 'Asia/Kathmandu',
  location: 'Hall' as string | null,
})
const at = (text: string) => new Date(`${text}Z`)

test('the policy says what may still be done', () => {
  assert.equal(policyInWords(event(0), at('2026-11-25T17:59:59')), 'You can cancel until it begins.')
  assert.match(policyInWords(event(24), at('2026-11-24T17:59:59')), /^You can cancel until /)
  assert.match(
    policyInWords(event(24), at('2026-11-24T18:00:00')),
    /^It could be cancelled until .* Ask the facilitator/,
  )
  assert.match(policyInWords(event(24), at('2026-11-25T18:00:00')), /^It has begun/)
})

test('the deadline is said by the clock of the room where there is one', () => {
  const now = at('2026-11-20T00:00:00')
  assert.match(policyInWords(event(24), now), /24 November.* 23:45|11:45 PM/)
  assert.doesNotMatch(policyInWords({ ...event(24), location: null }, now), /23:45|11:45 PM/)
})
