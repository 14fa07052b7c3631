import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EventRow } from '#booking/database/event.table.ts'
import { assertShows, changesOfClocks, wallMs } from '#harness/apps/wall-clock.ts'
import { fieldsLike } from './event-series.rules.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const anEvent = (id: number, start: number, minutes: number, timezone: string) =>
  ({
    id,
    start_datetime: new Date(start),
    end_datetime: new Date(start + minutes * 60_000),
    timezone,
  }) as EventRow

test('what is not about time is taken over as it is, and times that stay are not sent along', () => {
  const [from, other] = [anEvent(1, 0, 60, 'UTC'), anEvent(2, 7 * DAY_MS, 90, 'UTC')]
  const same = { start_datetime: from.start_datetime, end_datetime: from.end_datetime }
  assert.deepEqual(fieldsLike(other, { title: 'New', ...same }, from), { title: 'New' })
  assert.deepEqual(fieldsLike(from, { title: 'New', ...same }, from), { title: 'New', ...same })
})

test('in every zone, over every change of its clocks, an event moves by as much on the clock as the one that was sent', () => {
  const property = fc.property(
    fc.constantFrom(...changesOfClocks()),
    fc.integer({ min: -3 * 24 * 60, max: 3 * 24 * 60 }),
    fc.integer({ min: -36 * 60, max: 36 * 60 }),
    fc.integer({ min: -50, max: 300 }),
    ({ timezone, at }, minutes, shiftMinutes, longerMinutes) => {
      const shift = shiftMinutes * 60_000
      // Far from any change, so that clocks and moments move alike.
      const from = anEvent(1, at - 20 * DAY_MS, 60, timezone)
      const other = anEvent(2, at + minutes * 60_000, 90, timezone)
      const fields = {
        start_datetime: new Date(from.start_datetime.getTime() + shift),
        end_datetime: new Date(from.end_datetime.getTime() + shift + longerMinutes * 60_000),
      }
      fc.pre(
        wallMs(fields.end_datetime.getTime(), timezone) ===
          wallMs(from.end_datetime.getTime(), timezone) + shift + longerMinutes * 60_000,
      )
      fc.pre(shift !== 0 || longerMinutes !== 0)
      const moved = fieldsLike(other, fields, from)
      const [start, end] = [moved.start_datetime?.getTime() ?? 0, moved.end_datetime?.getTime() ?? 0]
      const clock = (time: Date) => wallMs(time.getTime(), timezone)
      const length = clock(other.end_datetime) - clock(other.start_datetime) + longerMinutes * 60_000
      if (shift === 0) assert.equal(start, other.start_datetime.getTime())
      else assertShows(start, clock(other.start_datetime) + shift, timezone)
      assertShows(end, wallMs(start, timezone) + length, timezone)
    },
  )
  fc.assert(property, { numRuns: 2_000 })
})

const timesOf = ({ start_datetime, end_datetime }: { start_datetime?: Date; end_datetime?: Date }) => [
  start_datetime?.toISOString(),
  end_datetime?.toISOString(),
]
const winter = anEvent(1, Date.UTC(2031, 0, 9, 7), 60, 'UTC')
const summer = anEvent(2, Date.UTC(2031, 6, 10, 7), 60, 'UTC')

test('another zone keeps the time on the clock of each, whichever was addressed', () => {
  for (const from of [winter, summer]) {
    const moved = [winter, summer].map((each) =>
      timesOf(fieldsLike(each, { timezone: 'Europe/Berlin' }, from)),
    )
    assert.deepEqual(moved, [
      ['2031-01-09T06:00:00.000Z', '2031-01-09T07:00:00.000Z'],
      ['2031-07-10T05:00:00.000Z', '2031-07-10T06:00:00.000Z'],
    ])
  }
})

test('another zone with times gives the others the same change on the clock', () => {
  const fields = { ...winter, timezone: 'Europe/Berlin' }
  const { start_datetime, end_datetime, timezone } = fields
  // 7 becomes 8 in Berlin, in winter; so it is 8 in Berlin in summer as well.
  const moved = fieldsLike(summer, { start_datetime, end_datetime, timezone }, winter)
  assert.deepEqual(timesOf(moved), ['2031-07-10T06:00:00.000Z', '2031-07-10T07:00:00.000Z'])
})

test('in every zone, every date of a series keeps its clock when only the zone changes', () => {
  const property = fc.property(
    fc.constantFrom(...changesOfClocks()),
    fc.constantFrom(...changesOfClocks()),
    fc.integer({ min: -3 * 24 * 60, max: 3 * 24 * 60 }),
    fc.boolean(),
    ({ timezone: zone, at }, { timezone }, minutes, isAddressed) => {
      fc.pre(zone !== timezone)
      const event = anEvent(1, at + minutes * 60_000, 90, zone)
      const from = isAddressed ? event : anEvent(2, at - 20 * DAY_MS, 60, zone)
      const moved = fieldsLike(event, { timezone }, from)
      const start = moved.start_datetime?.getTime() ?? 0
      const clock = (time: Date) => wallMs(time.getTime(), zone)
      assertShows(start, clock(event.start_datetime), timezone)
      const length = clock(event.end_datetime) - clock(event.start_datetime)
      assertShows(moved.end_datetime?.getTime() ?? 0, wallMs(start, timezone) + length, timezone)
    },
  )
  fc.assert(property, { numRuns: 2_000 })
})
