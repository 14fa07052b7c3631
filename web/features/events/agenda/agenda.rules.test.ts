import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '#web/lib/api/contract.ts'
import { agendaOf } from './agenda.rules.ts'

const event = (id: number, start_datetime: string, more: Partial<Event> = {}) =>
  ({
    id,
    start_datetime,
    end_datetime: start_datetime,
    timezone: 'Europe/Berlin',
    location: 'Hall',
    ...more,
  }) as Event

const agenda = (events: Event[], now: string, from?: string) =>
  agendaOf(events, new Date(`${now}Z`), from).map(({ day, events }) => [day, events.map(({ id }) => id)])

test('events stand under their days, by the clock of their room', () => {
  const events = [
    event(1, '2026-11-29T18:00:00'),
    event(2, '2026-11-29T23:30:00'),
    event(3, '2026-11-29T23:30:00', { timezone: 'America/New_York' }),
    event(4, '2026-12-02T07:00:00'),
  ]
  assert.deepEqual(agenda(events, '2026-11-29T10:00:00'), [
    ['2026-11-29', [1, 3]],
    ['2026-11-30', [2]],
    ['2026-12-02', [4]],
  ])
})

test('what began on an earlier day and is still on stands under today', () => {
  assert.deepEqual(
    agenda([event(1, '2026-11-27T18:00:00'), event(2, '2026-11-29T09:00:00')], '2026-11-29T08:00:00'),
    [['2026-11-29', [1, 2]]],
  )
})

test('what goes on into the days that are asked for stands under the first of them', () => {
  const retreat = event(1, '2026-12-04T15:00:00', { end_datetime: '2026-12-06T11:00:00' })
  assert.deepEqual(agenda([retreat], '2026-11-29T08:00:00', '2026-12-05'), [['2026-12-05', [1]]])
  assert.deepEqual(agenda([retreat], '2026-12-06T08:00:00', '2026-12-05'), [['2026-12-06', [1]]])
})
