import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import ICAL from 'ical.js'
import { assertShows, changesOfClocks, wallMs } from '#harness/apps/wall-clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { occurrencesOf } from './recurrence.rules.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function occurrences(rule: string, start: string, { timezone = 'UTC', hours = 1 } = {}): string[] {
  const start_datetime = new Date(`${start}Z`)
  const end_datetime = new Date(start_datetime.getTime() + hours * HOUR_MS)
  const found = occurrencesOf(rule, { start_datetime, end_datetime }, timezone)
  return 'fault' in found ? [found.fault] : found.times.map((times) => toWireTime(times.start_datetime))
}

test('a class at seven stays at seven when clocks change', () => {
  assert.deepEqual(occurrences('FREQ=WEEKLY;COUNT=4', '2026-03-19T06:00:00', { timezone: 'Europe/Berlin' }), [
    '2026-03-19T06:00:00',
    '2026-03-26T06:00:00',
    '2026-04-02T05:00:00',
    '2026-04-09T05:00:00',
  ])
  assert.deepEqual(
    occurrences('FREQ=DAILY;COUNT=3', '2026-03-07T17:00:00', { timezone: 'America/New_York' }),
    ['2026-03-07T17:00:00', '2026-03-08T16:00:00', '2026-03-09T16:00:00'],
  )
})

test('a time that clocks skip comes later by as much, one that they show twice is the first', () => {
  assert.deepEqual(
    occurrences('FREQ=DAILY;COUNT=3', '2026-03-28T01:30:00', { timezone: 'Europe/Berlin' }),
    ['2026-03-28T01:30:00', '2026-03-29T01:30:00', '2026-03-30T00:30:00'],
    '2:30 is 3:30 on the 29th',
  )
  assert.deepEqual(occurrences('FREQ=DAILY;COUNT=2', '2026-10-24T00:30:00', { timezone: 'Europe/Berlin' }), [
    '2026-10-24T00:30:00',
    '2026-10-25T00:30:00',
  ])
})

test('each kind of rule makes the days that it says', () => {
  const cases: [rule: string, days: string[]][] = [
    // 2026-01-05 is a Monday.
    ['FREQ=DAILY;INTERVAL=2;COUNT=3', ['05', '07', '09']],
    ['FREQ=DAILY;BYDAY=MO,WE;COUNT=3', ['05', '07', '12']],
    ['FREQ=WEEKLY;UNTIL=20260119', ['05', '12', '19']],
    ['FREQ=WEEKLY;UNTIL=20260119T070000Z', ['05', '12', '19']],
    ['FREQ=WEEKLY;UNTIL=20260119T065959', ['05', '12']],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;COUNT=4', ['05', '09', '19', '23']],
    ['RRULE:freq=weekly;byday=tu,mo;count=2', ['05', '06']],
    ['FREQ=WEEKLY;COUNT=1', ['05']],
  ]
  for (const [rule, days] of cases) {
    assert.deepEqual(
      occurrences(rule, '2026-01-05T07:00:00'),
      days.map((day) => `2026-01-${day}T07:00:00`),
      rule,
    )
  }
  const monthly: [rule: string, start: string, days: string[]][] = [
    ['FREQ=MONTHLY;COUNT=3', '2026-01-31', ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['FREQ=MONTHLY;BYDAY=1MO;COUNT=3', '2026-01-05', ['2026-01-05', '2026-02-02', '2026-03-02']],
    ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=2', '2026-01-30', ['2026-01-30', '2026-02-27']],
    ['FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3', '2026-01-31', ['2026-01-31', '2026-02-28', '2026-03-31']],
    ['FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2', '2028-02-29', ['2028-02-29', '2028-03-31']],
    ['FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2', '2026-01-31', ['2026-01-31', '2026-03-31']],
    ['FREQ=MONTHLY;INTERVAL=3;BYDAY=+2TH;COUNT=2', '2026-01-08', ['2026-01-08', '2026-04-09']],
  ]
  for (const [rule, start, days] of monthly) {
    assert.deepEqual(
      occurrences(rule, `${start}T07:00:00`),
      days.map((day) => `${day}T07:00:00`),
      rule,
    )
  }
})

test('UNTIL is a day there, a time of the clock there, or a moment', () => {
  const daily = (until: string) =>
    occurrences(`FREQ=DAILY;UNTIL=${until}`, '2026-06-01T23:30:00', { timezone: 'America/New_York' }).length
  // 19:30 in New York.
  assert.equal(daily('20260603'), 3)
  assert.equal(daily('20260603T193000'), 3)
  assert.equal(daily('20260603T192959'), 2)
  assert.equal(daily('20260603T193000Z'), 2)
  assert.equal(daily('20260603T233000Z'), 3)
})

test('the fault of an unsupported rule names what is supported', () => {
  const cases: [rule: string, fault: RegExp][] = [
    ['', /must be a recurrence such as/],
    ['weekly', /must be a recurrence such as/],
    ['FREQ=WEEKLY;COUNT=3;FREQ=DAILY', /must be a recurrence such as .*: "FREQ=DAILY" is the second/],
    ['FREQ=WEEKLY;COUNT=3;', /must be a recurrence such as .*: "" is not supported/],
    ['FREQ=WEEKLY;COUNT=3;BYMONTH=1', /must be a recurrence such as .*: "BYMONTH=1" is not supported/],
    ['freq=weekly;count=3;bysetpos=-1', /must be a recurrence such as .*: "BYSETPOS=-1" is not supported/],
    ['FREQ=WEEKLY;COUNT=3;WKST=SU', /must be a recurrence such as .*: "WKST=SU" is not supported/],
    ['FREQ=WEEKLY=DAILY;COUNT=3', /must be a recurrence such as .*: "FREQ=WEEKLY=DAILY" is not supported/],
    [`FREQ=WEEKLY;${'X'.repeat(400)}=1`, /"X{40}" is not supported$/],
    ['FREQ=YEARLY;COUNT=3', /FREQ of DAILY, WEEKLY or MONTHLY, not "YEARLY"$/],
    ['FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3', /one BYMONTHDAY from 1 to 31/],
    ['FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3', /one BYMONTHDAY from 1 to 31/],
    ['FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=3', /one BYMONTHDAY from 1 to 31/],
    ['FREQ=WEEKLY;BYMONTHDAY=1;COUNT=3', /with FREQ=MONTHLY/],
    ['FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO;COUNT=3', /without BYDAY/],
    ['FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3', /include the day of start_datetime/],
    ['COUNT=3', /FREQ of DAILY, WEEKLY or MONTHLY/],
    ['FREQ=WEEKLY', /either a COUNT or an UNTIL/],
    ['FREQ=WEEKLY;COUNT=3;UNTIL=20270101', /either a COUNT or an UNTIL/],
    ['FREQ=WEEKLY;COUNT=0', /COUNT from 1 to 366/],
    ['FREQ=WEEKLY;COUNT=367', /COUNT from 1 to 366/],
    ['FREQ=WEEKLY;COUNT=1e2', /COUNT from 1 to 366/],
    ['FREQ=WEEKLY;INTERVAL=0;COUNT=3', /INTERVAL from 1 to 366/],
    ['FREQ=WEEKLY;INTERVAL=-1;COUNT=3', /INTERVAL from 1 to 366/],
    ['FREQ=WEEKLY;BYDAY=1MO;COUNT=3', /1MO or -1FR with FREQ=MONTHLY/],
    ['FREQ=MONTHLY;BYDAY=6MO;COUNT=3', /1MO or -1FR with FREQ=MONTHLY/],
    ['FREQ=MONTHLY;BYDAY=XX;COUNT=3', /1MO or -1FR with FREQ=MONTHLY/],
    ['FREQ=WEEKLY;BYDAY=;COUNT=3', /1MO or -1FR with FREQ=MONTHLY/],
    ['FREQ=WEEKLY;UNTIL=tomorrow', /UNTIL such as/],
    ['FREQ=WEEKLY;UNTIL=20261301', /UNTIL such as/],
    ['FREQ=WEEKLY;UNTIL=20260104', /UNTIL before start_datetime/],
    ['FREQ=DAILY;UNTIL=20280101', /at most 366 events/],
    ['FREQ=WEEKLY;BYDAY=TU;COUNT=3', /include the day of start_datetime/],
    ['FREQ=MONTHLY;INTERVAL=366;COUNT=366', /before the year 2200/],
  ]
  for (const [rule, fault] of cases)
    assert.match(occurrences(rule, '2026-01-05T07:00:00')[0] ?? '', fault, rule)
})

test('the search for a rule that hardly ever holds ends', () => {
  // The only fifth Mondays of a February are those of leap years that begin on a certain day.
  const [first] = occurrences('FREQ=MONTHLY;INTERVAL=12;BYDAY=5SU;COUNT=366', '2032-02-29T07:00:00')
  assert.match(first ?? '', /before the year 2200/)
})

const aRule = fc.record({
  freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY'),
  interval: fc.integer({ min: 1, max: 14 }),
  count: fc.integer({ min: 1, max: 60 }),
  days: fc.uniqueArray(fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'), { maxLength: 4 }),
  nths: fc.array(fc.constantFrom('', '1', '2', '3', '4', '5', '-1', '-2', '-5'), {
    minLength: 4,
    maxLength: 4,
  }),
  monthDay: fc.option(fc.integer({ min: -3, max: -1 }), { nil: undefined }),
  start: fc.date({ min: new Date('2026-01-01'), max: new Date('2036-01-01'), noInvalidDate: true }),
})

test('it agrees with another library about every rule', () => {
  let compared = 0
  const property = fc.property(aRule, ({ freq, interval, count, days, nths, monthDay, start }) => {
    const byDay = days.map((day, i) => (freq === 'MONTHLY' ? nths[i] : '') + day).join(',')
    const isByMonthDay = freq === 'MONTHLY' && !byDay && monthDay !== undefined
    const rule = `FREQ=${freq};INTERVAL=${interval};COUNT=${count}${byDay && `;BYDAY=${byDay}`}${isByMonthDay ? `;BYMONTHDAY=${monthDay}` : ''}`
    const own = occurrences(rule, toWireTime(start))
    // The other library may not terminate for such a rule.
    if (own[0]?.startsWith('must')) return
    compared++
    const iterator = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString(toWireTime(start)))
    assert.deepEqual(
      own,
      own.map(() => iterator.next().toString()),
      rule,
    )
    assert.equal(iterator.next(), null)
  })
  fc.assert(property, { numRuns: 1_000 })
  assert.ok(compared > 200, `only ${compared} rules were compared`)
})

test('in every zone, over every change of its clocks, they show the same time', () => {
  const changes = changesOfClocks()
  assert.ok(changes.length > 1_000, `only ${changes.length} changes were found`)
  const property = fc.property(
    fc.constantFrom(...changes),
    fc.integer({ min: -12 * 60, max: 12 * 60 }),
    fc.constantFrom(1, 7),
    fc.integer({ min: 5, max: 600 }),
    ({ timezone, at }, minutes, everyDays, lengthMinutes) => {
      const start_datetime = new Date(at - 2 * everyDays * DAY_MS + minutes * 60_000)
      const end_datetime = new Date(start_datetime.getTime() + lengthMinutes * 60_000)
      const rule = `FREQ=DAILY;INTERVAL=${everyDays};COUNT=5`
      const found = occurrencesOf(rule, { start_datetime, end_datetime }, timezone)
      assert.ok('times' in found)
      assert.equal(found.times.length, 5)
      const clock = wallMs(start_datetime.getTime(), timezone)
      const length = wallMs(end_datetime.getTime(), timezone) - clock
      for (const [i, times] of found.times.entries()) {
        if (i === 0) continue
        const [start, end] = [times.start_datetime.getTime(), times.end_datetime.getTime()]
        assertShows(start, clock + i * everyDays * DAY_MS, timezone)
        assertShows(end, wallMs(start, timezone) + length, timezone)
        assert.ok(end > start)
      }
    },
  )
  fc.assert(property, { numRuns: 2_000 })
})
