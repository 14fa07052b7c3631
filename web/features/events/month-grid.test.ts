import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupByDay, shiftMonth, weeksOf } from './month-grid.ts'

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
  for (let month = '2026-01'; month < '2032-01'; month = shiftMonth(month, 1)) {
    const own = daysOf(month).filter(({ isInMonth }) => isInMonth)
    const [year = 0, number = 0] = month.split('-').map(Number)
    assert.equal(own.length, new Date(Date.UTC(year, number, 0)).getUTCDate(), month)
    assert.equal(new Set(daysOf(month).map(({ day }) => day)).size, daysOf(month).length)
  }
})

test('months go on over the year', () => {
  assert.deepEqual([shiftMonth('2026-12', 1), shiftMonth('2026-01', -1)], ['2027-01', '2025-12'])
})

test('events are put under their days in order', () => {
  const grouped = groupByDay(['1a', '2a', '1b'], ([day = '']) => day)
  assert.deepEqual(
    [...grouped],
    [
      ['1', ['1a', '1b']],
      ['2', ['2a']],
    ],
  )
})
