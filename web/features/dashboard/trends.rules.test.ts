import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barsOf, daysOf, shareOf, trendInWords } from './trends.rules.ts'

const day = (date: string, sessions = 0, retreats = 0, cancellations = 0) => ({
  date,
  bookings: sessions + retreats,
  sessions,
  retreats,
  cancellations,
})

test('days keep their date, whatever the zone of the reader', () => {
  assert.deepEqual(daysOf([day('2026-11-01', 2, 1)]), ['1 Nov'])
})

test('the day with most bookings has the full height, and no bookings at all have none', () => {
  const { top, bars } = barsOf([day('2026-11-01', 3, 1), day('2026-11-02', 1)])
  assert.deepEqual(
    [top, bars.map(({ sessions, retreats }) => [sessions, retreats])],
    [
      4,
      [
        [75, 25],
        [25, 0],
      ],
    ],
  )
  assert.deepEqual(barsOf([day('2026-11-01')]).bars[0]?.sessions, 0)
})

test('a chart is said in words', () => {
  assert.equal(trendInWords([day('2026-11-01'), day('2026-11-02')]), 'No bookings in the last 2 days.')
  assert.equal(
    trendInWords([day('2026-11-01', 1), day('2026-11-02', 2, 1, 1)]),
    '4 bookings in the last 2 days, 1 cancelled; most on 2 Nov.',
  )
})

test('shares are whole per cent, and of nothing there is none', () => {
  assert.deepEqual([shareOf(1, 3), shareOf(0, 0), shareOf(5, 5)], [33, 0, 100])
})
