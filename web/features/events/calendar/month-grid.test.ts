import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plusMonths } from '#web/lib/format.ts'
import { daysBetween, groupByDay, weeksFrom, weeksOf } from './month-grid.ts'

const daysOf = (month: string) => weeksOf(month).flat()

test('a month is shown in whole weeks from Monday, with its neighbours marked', () => {
  const days = daysOf('2026-11')
  assert.equal(days.length, 42)
  assert.deepEqual(days[0], { day: '2026-10-26', isInMonth: false })
  assert.deepEqual(days[6], { day: '2026-11-01', isInMonth: true })
  assert.deepEqual(days.at(-1), { day: '2026-12-06', isInMonth: false })
})

test('a February that begins on a Monday needs four weeks', () => {
  assert.equal(weeksOf('2027-02').length, 4)
})

test('every day of every month is there once', () => {
  for (let month = '2026-01'; month < '2032-01'; month = plusMonths(month, 1)) {
    const own = daysOf(month).filter(({ isInMonth }) => isInMonth)
    const [year = 0, number = 0] = month.split('-').map(Number)
    assert.equal(own.length, new Date(Date.UTC(year, number, 0)).getUTCDate(), month)
    assert.equal(new Set(daysOf(month).map(({ day }) => day)).size, daysOf(month).length)
  }
})

test('months go on over the year', () => {
  assert.deepEqual([plusMonths('2026-12', 1), plusMonths('2026-01', -1)], ['2027-01', '2025-12'])
})

test('events are put under their days in order', () => {
  const grouped = groupByDay(['1a', '2a', '1b'], ([day = '']) => [day])
  assert.deepEqual(
    [...grouped],
    [
      ['1', ['1a', '1b']],
      ['2', ['2a']],
    ],
  )
})

test('what lasts for several days is on each of them, over the end of a month too', () => {
  assert.deepEqual(daysBetween('2026-11-29', '2026-12-01'), ['2026-11-29', '2026-11-30', '2026-12-01'])
  assert.deepEqual(daysBetween('2026-11-29', '2026-11-29'), ['2026-11-29'])
  assert.deepEqual([...groupByDay(['retreat'], () => ['1', '2']).keys()], ['1', '2'])
})

test('weeks that are over are left out, unless the whole month is', () => {
  assert.equal(weeksFrom('2026-11-24', '2026-11')[0]?.[0]?.day, '2026-11-23')
  assert.equal(weeksFrom('2026-11-30', '2026-11').length, 1)
  assert.deepEqual(weeksFrom('2027-01-05', '2026-11'), weeksOf('2026-11'))
})
