import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryHealth } from '#web/lib/api/contract.ts'
import { ageInWords } from '#web/lib/format.ts'
import { ageOf, disagreementsOf, verdictOf } from './delivery.rules.ts'

const health = (changes: Partial<DeliveryHealth>): DeliveryHealth => ({
  waiting: 0,
  oldest_at: null,
  is_crm_away: false,
  erasures_waiting: 0,
  checked_at: '2026-11-25T10:00:00',
  ...changes,
})

test('what waits for a moment is on its way, and what waits for long is said', () => {
  assert.equal(verdictOf(health({})).title, 'Everything delivered')
  const soon = health({ waiting: 2, oldest_at: '2026-11-25T09:59:00' })
  assert.deepEqual([verdictOf(soon).tone, verdictOf(soon).title], ['good', 'Delivering'])
  const late = health({ waiting: 2, oldest_at: '2026-11-25T09:58:00' })
  assert.equal(verdictOf(late).tone, 'waiting')
  assert.match(verdictOf(late).text, /2 min/)
})

test('a CRM that is away comes before everything else', () => {
  const away = verdictOf(health({ is_crm_away: true, waiting: 1, oldest_at: '2026-11-25T09:59:59' }))
  assert.equal(away.tone, 'bad')
  assert.match(away.text, /^1 message /)
})

test('ages are written as one says them', () => {
  assert.deepEqual([45, 90, 7_200, 200_000].map(ageInWords), ['45 s', '2 min', '2 h', '2 days'])
  assert.equal(ageOf(health({ oldest_at: '2026-11-25T09:00:00' })), '1 h')
  assert.equal(ageOf(health({ oldest_at: '2026-11-25T10:00:05' })), '0 s')
})

test('only what disagrees is listed, and what only the CRM knows is not for us to repair', () => {
  const ids = (...booking_ids: number[]) => ({ count: booking_ids.length, booking_ids })
  const report = {
    in_agreement: false,
    missing: ids(3),
    differing: ids(),
    unknown: ids(7, 8),
    waiting: 0,
    compared: 9,
    checked_at: '2026-11-25T10:00:00',
  }
  assert.deepEqual(
    disagreementsOf(report).map(({ text, canRepair }) => [text, canRepair]),
    [
      ['1 booking is missing in the CRM.', true],
      ['2 bookings are in the CRM only.', false],
    ],
  )
})
