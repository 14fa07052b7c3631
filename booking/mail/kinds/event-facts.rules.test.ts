import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesBetween, eventInShort, type Place } from './event-facts.rules.ts'

const place = (start: string, more: Partial<Place> = {}): Place => ({
  start_datetime: new Date(`${start}Z`),
  end_datetime: new Date(new Date(`${start}Z`).getTime() + 3_600_000),
  timezone: 'Europe/Berlin',
  location: 'Hall',
  virtual_link: null,
  ...more,
})

test('a long title leaves room for the day in a subject', () => {
  const event = place('2026-12-04T17:00')
  assert.equal(eventInShort({ ...event, title: 'Yin & Yoga' }), 'Yin & Yoga, Fri, 4 Dec, 18:00')
  assert.equal(
    eventInShort({
      ...event,
      title: 'Slow Flow, Yin and Yoga Nidra: a long evening of letting go for tired backs',
    }),
    'Slow Flow, Yin and Yoga Nidra: a long evening of letting go…, Fri, 4 Dec, 18:00',
  )
  assert.equal(
    eventInShort({ ...event, title: '🧘'.repeat(99) }, { isMoved: true }),
    `${'🧘'.repeat(15)}…, now Fri, 4 Dec, 18:00`,
  )
})

test('a move names the zone once, and twice when it is another one, also by the change of clocks', () => {
  const moved = (old: Place, event: Place) => changesBetween(old, event).map(({ was, value }) => [was, value])
  assert.deepEqual(moved(place('2026-12-04T17:00'), place('2026-12-05T17:00')), [
    [
      'Friday, 4 December 2026, 18:00–19:00',
      'Saturday, 5 December 2026, 18:00–19:00 (Central European Standard Time, Europe/Berlin)',
    ],
  ])
  for (const old of [place('2026-10-20T17:00'), place('2026-12-05T17:00', { timezone: 'Europe/London' })]) {
    const [[was = '']] = moved(old, place('2026-12-05T17:00')) as [[string, string]]
    assert.match(
      was,
      /\(Central European Summer Time, Europe\/Berlin\)$|\(Greenwich Mean Time, Europe\/London\)$/,
    )
  }
  assert.deepEqual(changesBetween(place('2026-12-04T17:00'), place('2026-12-04T17:00')), [])
})
