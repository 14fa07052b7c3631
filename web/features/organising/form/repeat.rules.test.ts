import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEVER, type Repeat, repeatFault, repeatInWords, toRule } from './repeat.rules.ts'

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
