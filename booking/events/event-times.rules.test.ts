import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockTime, eventTimes, localTimes, shortStart } from './event-times.rules.ts'

const at = (text: string) => new Date(`${text}Z`)
const times = (start: string, end: string, timezone = 'Europe/Berlin') => ({
  start_datetime: at(start),
  end_datetime: at(end),
  timezone,
})

test('when an event is, on its own clock', () => {
  // biome-ignore format: a table
  const rows: [ReturnType<typeof times>, string][] = [
    [times('2026-12-04T17:00', '2026-12-04T18:30'), 'Friday, 4 December 2026, 18:00–19:30 (Central European Standard Time, Europe/Berlin)'],
    [times('2026-12-04T21:00', '2026-12-04T23:00'), 'Friday, 4 December 2026, 22:00–00:00 (Central European Standard Time, Europe/Berlin)'],
    [times('2026-12-04T15:00', '2026-12-06T11:00'), 'Friday, 4 December 2026, 16:00 – Sunday, 6 December 2026, 12:00 (Central European Standard Time, Europe/Berlin)'],
    [times('2026-10-24T22:00', '2026-10-25T05:00'), 'Sunday, 25 October 2026, 00:00–06:00 (Central European Summer Time, after the change of clocks Central European Standard Time, Europe/Berlin)'],
    [times('2026-12-04T17:00', '2026-12-04T18:00', 'UTC'), 'Friday, 4 December 2026, 17:00–18:00 (Coordinated Universal Time, UTC)'],
    [times('2026-12-04T17:00', '2026-12-04T18:00', 'No/Where'), 'Friday, 4 December 2026, 17:00–18:00 (Coordinated Universal Time, UTC)'],
  ]
  for (const [event, text] of rows) assert.equal(eventTimes(event), text)
  assert.equal(
    localTimes(times('2026-12-04T21:00', '2026-12-04T23:00')),
    'Friday, 4 December 2026, 22:00–00:00',
  )
  assert.equal(
    localTimes(times('2026-10-25T00:30', '2026-10-25T01:30')),
    'Sunday, 25 October 2026, 02:30–02:30',
    'an hour that clocks show twice',
  )
  assert.equal(shortStart(times('2026-12-04T17:00', '2026-12-04T18:00')), 'Fri, 4 Dec, 18:00')
  assert.equal(clockTime(at('2026-12-04T17:00'), 'America/New_York'), 'Friday, 4 December 2026, 12:00')
})
