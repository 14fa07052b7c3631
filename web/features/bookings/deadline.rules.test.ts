import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bookingPolicyInWords, cancellableUntil, policyInWords, TOO_LATE } from './deadline.rules.ts'

const event = (cancellation_deadline_hours: number) => ({
  start_datetime: '2026-11-25T18:00:00',
  cancellation_deadline_hours,
  timezone: 'Asia/Kathmandu',
  location: 'Hall' as string | null,
})
const at = (text: string) => new Date(`${text}Z`)

test('before booking, the policy says whether it can be cancelled at all', () => {
  assert.equal(policyInWords(event(0), at('2026-11-25T17:59:59')), 'You can cancel until it begins.')
  assert.match(policyInWords(event(24), at('2026-11-24T17:59:59')), /^You can cancel until /)
  assert.match(
    policyInWords(event(24), at('2026-11-24T18:00:00')),
    /^If you book now, you cannot cancel: that was possible until .*(24 November|November 24)/,
  )
})

test('a booking says until when it can be cancelled, whatever the deadline of the event is', () => {
  const say = (cancellable_until: string | null, now: string) =>
    bookingPolicyInWords({ cancellable_until }, event(24), at(now))
  assert.match(
    say('2026-11-24T18:00:00', '2026-11-24T17:59:59'),
    /^You can cancel until .*(24 November|November 24)/,
  )
  assert.equal(say('2026-11-24T18:00:00', '2026-11-24T18:00:00'), TOO_LATE)
  assert.equal(say(null, '2026-11-25T12:00:00'), TOO_LATE)
  // Given from the waiting list after the deadline.
  assert.equal(say('2026-11-25T18:00:00', '2026-11-25T17:59:59'), 'You can cancel until it begins.')
})

test('what can no longer be cancelled has no time', () => {
  const until = { cancellable_until: '2026-11-24T18:00:00' }
  assert.deepEqual(cancellableUntil(until, at('2026-11-24T17:59:59')), at('2026-11-24T18:00:00'))
  assert.equal(cancellableUntil(until, at('2026-11-24T18:00:00')), undefined)
  assert.equal(cancellableUntil({ cancellable_until: null }, at('2026-11-24T17:00:00')), undefined)
})

test('the deadline is said by the clock of the room where there is one', () => {
  const now = at('2026-11-20T00:00:00')
  assert.match(policyInWords(event(24), now), /24 November.* 23:45|11:45 PM/)
  assert.doesNotMatch(policyInWords({ ...event(24), location: null }, now), /23:45|11:45 PM/)
})
