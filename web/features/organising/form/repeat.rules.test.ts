import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { occurrencesOf } from '#booking/organising/recurrence.rules.ts'
import { plusDays } from '#web/lib/format.ts'
import {
  datesOf,
  monthlyChoices,
  NEVER,
  type Repeat,
  repeatFault,
  repeatInWords,
  toRule,
} from './repeat.rules.ts'

// A Wednesday, the fourth of its month.
const start = '2026-11-25T07:00'
const repeat = (changes: Partial<Repeat>): Repeat => ({ ...NEVER, freq: 'weekly', ...changes })

test('what does not repeat has no rule', () => {
  assert.equal(toRule(NEVER, start), null)
  assert.equal(repeatFault({ ...NEVER, count: 0 }, start), undefined)
})

test('the day of the start always belongs to a week, and days stand in their order', () => {
  assert.equal(toRule(repeat({}), start), 'FREQ=WEEKLY;BYDAY=WE;COUNT=8')
  const rule = toRule(repeat({ weekdays: ['FR', 'MO'], interval: 2, count: 3 }), start)
  assert.equal(rule, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;COUNT=3')
})

test('days and months, by count or until a day', () => {
  assert.equal(toRule(repeat({ freq: 'daily', count: 5 }), start), 'FREQ=DAILY;COUNT=5')
  const until = { ends: 'until' as const, until: '2027-03-31' }
  assert.equal(toRule(repeat({ freq: 'monthly', ...until }), start), 'FREQ=MONTHLY;UNTIL=20270331')
  const byWeekday = repeat({ freq: 'monthly', monthly: 'weekday' })
  assert.equal(toRule(byWeekday, start), 'FREQ=MONTHLY;BYDAY=4WE;COUNT=8')
  assert.equal(toRule(byWeekday, '2026-11-30T07:00'), 'FREQ=MONTHLY;BYDAY=-1MO;COUNT=8')
  assert.equal(repeatInWords(byWeekday, '2026-11-30T07:00'), 'Every month on the last Monday, 8 times')
})

test('what holds on the day of the start can be chosen for every month', () => {
  const labels = (start: string) => monthlyChoices(start).map(({ label }) => label)
  assert.deepEqual(labels('2026-11-25T07:00'), [
    'The 25th of the month',
    'The fourth Wednesday',
    'The last Wednesday',
  ])
  assert.deepEqual(labels('2027-01-31T07:00'), [
    'The 31st of the month',
    'The last day of the month',
    'The last Sunday',
  ])
  assert.deepEqual(labels('2026-11-03T07:00'), ['The 3rd of the month', 'The first Tuesday'])
  const lastDay = repeat({ freq: 'monthly', monthly: 'last-day' })
  assert.equal(toRule(lastDay, '2027-01-31T07:00'), 'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=8')
  assert.equal(
    repeatInWords(lastDay, '2027-01-31T07:00'),
    'Every month on the last day of the month, 8 times',
  )
  assert.equal(toRule(lastDay, '2027-01-30T07:00'), 'FREQ=MONTHLY;COUNT=8', 'the start was moved')
  const last = repeat({ freq: 'monthly', monthly: 'last-weekday' })
  assert.equal(toRule(last, start), 'FREQ=MONTHLY;BYDAY=-1WE;COUNT=8')
  assert.equal(toRule(last, '2026-11-03T07:00'), 'FREQ=MONTHLY;BYDAY=1TU;COUNT=8', 'the start was moved')
})

test('the dates are listed, and months without such a date are named', () => {
  const monthly = repeat({ freq: 'monthly', count: 4 })
  assert.deepEqual(datesOf(monthly, '2027-01-31T07:00'), {
    days: ['2027-01-31', '2027-03-31', '2027-05-31', '2027-07-31'],
    skipped: ['2027-02', '2027-04', '2027-06'],
  })
  assert.deepEqual(datesOf({ ...monthly, monthly: 'last-day' }, '2027-01-31T07:00'), {
    days: ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30'],
    skipped: [],
  })
  const until = { ...monthly, ends: 'until' as const, until: '2027-04-30' }
  assert.deepEqual(datesOf(until, '2027-01-31T07:00').skipped, ['2027-02', '2027-04'])
  assert.deepEqual(datesOf(repeat({ interval: 2, weekdays: ['MO'], count: 3 }), start).days, [
    '2026-11-25',
    '2026-12-07',
    '2026-12-09',
  ])
  assert.deepEqual(datesOf(NEVER, start).days, [])
})

test('the dates are those that the API makes of the rule', () => {
  const aRepeat = fc.record({
    freq: fc.constantFrom('daily', 'weekly', 'monthly'),
    interval: fc.integer({ min: 1, max: 14 }),
    weekdays: fc.uniqueArray(fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')),
    monthly: fc.constantFrom('date', 'last-day', 'weekday', 'last-weekday'),
    ends: fc.constantFrom('count', 'until'),
    count: fc.integer({ min: 1, max: 60 }),
    until: fc.integer({ min: 0, max: 360 }),
  })
  const aDay = fc.date({ min: new Date('2026-01-01'), max: new Date('2036-01-01'), noInvalidDate: true })
  const property = fc.property(aRepeat, aDay, ({ until, ...rest }, day) => {
    const repeat = { ...rest, until: plusDays(day.toISOString().slice(0, 10), until) } as Repeat
    const start = day.toISOString().slice(0, 16)
    const first = { start_datetime: new Date(`${start}Z`), end_datetime: new Date(`${start}:30Z`) }
    const made = occurrencesOf(toRule(repeat, start) ?? '', first, 'UTC')
    assert.ok('times' in made, JSON.stringify([made, repeat, start]))
    assert.deepEqual(
      datesOf(repeat, start).days,
      made.times.map((times) => times.start_datetime.toISOString().slice(0, 10)),
    )
  })
  fc.assert(property, { numRuns: 500 })
})

test('it is said back in words', () => {
  assert.equal(
    repeatInWords(repeat({ interval: 2, weekdays: ['MO', 'FR'], count: 1 }), start),
    'Every 2 weeks on Monday, Wednesday and Friday, 1 time',
  )
  assert.equal(
    repeatInWords(repeat({ freq: 'daily', ends: 'until', until: '2026-12-01' }), start),
    'Every day, until 1 December 2026',
  )
})

test('a missing value is reported before it is sent', () => {
  assert.match(repeatFault(repeat({ count: 367 }), start) ?? '', /366/)
  assert.match(repeatFault(repeat({ interval: 0 }), start) ?? '', /how often/)
  assert.match(repeatFault(repeat({ ends: 'until' }), start) ?? '', /the last day/)
  assert.match(repeatFault(repeat({ ends: 'until', until: '2026-11-24' }), start) ?? '', /before the first/)
  assert.equal(repeatFault(repeat({ ends: 'until', until: '2026-11-25' }), start), undefined)
})
