import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { datesInScope } from './dates.rules.ts'

const now = new Date('2026-10-20T12:00:00Z')
const event = {
  id: 5,
  series_id: 2,
  status: 'ACTIVE',
  start_datetime: '2026-10-24T17:00:00',
  end_datetime: '2026-10-24T18:00:00',
} as Event

test('a change applies to the later dates of a series, or to all that are ahead', () => {
  const at = (id: number, start_datetime: string, more: object = {}) =>
    ({ ...event, id, start_datetime, end_datetime: '2026-12-01T00:00:00', ...more }) as Event
  const ahead = [
    at(1, '2026-10-20T11:00:00'),
    at(4, '2026-10-23T17:00:00'),
    event,
    at(6, event.start_datetime),
    at(7, '2026-10-31T17:00:00'),
    at(8, '2026-10-31T17:00:00', { series_id: 9 }),
  ]
  const ids = (scope: Scope) => datesInScope(event, ahead, scope, now).map(({ id }) => id)
  assert.deepEqual([ids('this'), ids('following'), ids('all')], [[5], [5, 6, 7], [5, 4, 6, 7]])
})
