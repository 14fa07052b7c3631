import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lanesOf } from './lanes.rules.ts'
import { daysBetween, weeksOf } from './month-grid.ts'

const week = (number: number) => (weeksOf('2027-02')[number] ?? []).map(({ day }) => day)
const from = (first: string, last = first) => ({ first, last })
type Item = ReturnType<typeof from>
const layOut = (days: string[], ...items: Item[]) =>
  lanesOf(days, items, ({ first, last }) => daysBetween(first, last))

test('a retreat is one bar over its days, also from the month before and over the end of a week', () => {
  const retreat = from('2027-01-25', '2027-02-08')
  const [first] = layOut(week(0), retreat).segments
  assert.deepEqual([first?.column, first?.span, first?.isFromBefore, first?.goesOn], [0, 7, true, true])
  const [second] = layOut(week(1), retreat).segments
  assert.deepEqual([second?.column, second?.span, second?.goesOn], [0, 1, false])
  assert.deepEqual(layOut(week(2), retreat).segments, [])
})

test('bars keep their lane on all of their days, and sessions take those that are free', () => {
  const { segments } = layOut(
    week(0),
    from('2027-02-01'),
    from('2027-02-02', '2027-02-04'),
    from('2027-02-03'),
  )
  assert.deepEqual(
    segments.map(({ column, span, lane }) => [column, span, lane]),
    [
      [0, 1, 0],
      [1, 3, 0],
      [2, 1, 1],
    ],
  )
})

test('a day shows three and counts the others, of which bars count on each of their days', () => {
  const day = from('2027-02-02')
  const long = from('2027-02-02', '2027-02-03')
  const { segments, hidden } = layOut(week(0), day, day, day, long, long, long, long)
  assert.equal(segments.length, 3)
  assert.deepEqual(hidden, [0, 4, 1, 0, 0, 0, 0])
})
