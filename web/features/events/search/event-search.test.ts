import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Event } from '#web/lib/api/contract.ts'
import {
  daysAsked,
  daysQuery,
  hiddenFilterCount,
  isAskedFor,
  isFiltered,
  pageQuery,
  pagesShown,
  readEventSearch,
  UNFILTERED,
} from './event-search.ts'

const zone = process.env.TZ
const TODAY = '2026-11-25'
const NOTHING = { ...UNFILTERED, page: undefined, view: undefined, month: undefined }

before(() => {
  process.env.TZ = 'Europe/Berlin'
})
after(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

test('what cannot be understood counts as left out', () => {
  assert.deepEqual(
    readEventSearch({
      q: '',
      type: 'party',
      online: 'true',
      when: 'now',
      facilitator: -1,
      from: '2026-02-30',
      to: 'soon',
      page: 1.5,
      view: 'map',
      month: '2026-13',
    }),
    NOTHING,
  )
  const good = {
    q: 'yoga',
    type: 'retreat',
    online: true,
    when: undefined,
    facilitator: 2,
    from: '2026-02-28',
    to: '2026-03-01',
    page: 3,
    view: undefined,
    month: '2026-03',
  }
  assert.deepEqual(readEventSearch(good), good)
})

test('a filter of days goes with its field, which the calendar has not', () => {
  const days = { from: '2026-02-28', to: '2026-03-01', when: 'today' }
  const search = { q: 'yoga', ...days, view: 'calendar', month: '2026-03' }
  assert.deepEqual(readEventSearch(search), {
    ...NOTHING,
    q: 'yoga',
    view: 'calendar',
    month: '2026-03',
  })
})

test('the router reads a number that somebody searches for as a number', () => {
  assert.deepEqual(readEventSearch({ q: 108 }), { ...NOTHING, q: '108' })
})

test('days are asked for with two more on either side, also when the clocks change', () => {
  const winter = new URLSearchParams(pageQuery({ from: '2026-11-25', to: '2026-11-25' }, TODAY))
  assert.deepEqual([winter.get('from'), winter.get('to')], ['2026-11-22T23:00:00', '2026-11-27T23:00:00'])
  const change = new URLSearchParams(daysQuery({}, { first: '2026-03-29', last: '2026-03-29' }, 1))
  assert.deepEqual([change.get('from'), change.get('to')], ['2026-03-28T23:00:00', '2026-03-29T22:00:00'])
})

test('only what is set is asked for', () => {
  assert.equal(pageQuery({ page: 2 }, TODAY), 'page=1&per_page=50')
  assert.equal(
    pageQuery(
      { q: ' sea & sky ', type: 'session', online: true, facilitator: 4, view: 'calendar' },
      TODAY,
      2,
    ),
    'search=sea+%26+sky&type=session&facilitator_id=4&online=true&page=2&per_page=50',
  )
  assert.deepEqual([pagesShown({}), pagesShown({ page: 3 }), pagesShown({ page: 2_147_483_647 })], [1, 3, 20])
})

test('today and the weekend move with the calendar, and have what is on since before', () => {
  const days = (when: 'today' | 'weekend', today: string) => {
    const { first, last } = daysAsked({ when }, today)
    return [first, last]
  }
  assert.deepEqual(days('today', '2026-11-25'), [undefined, '2026-11-25'])
  for (const weekday of ['2026-11-23', '2026-11-27'])
    assert.deepEqual(days('weekend', weekday), ['2026-11-28', '2026-11-29'])
  for (const day of ['2026-11-28', '2026-11-29'])
    assert.deepEqual(days('weekend', day), [undefined, '2026-11-29'])
  assert.equal(new URLSearchParams(pageQuery({ when: 'today' }, '2026-11-25')).get('from'), null)
  assert.deepEqual(readEventSearch({ when: 'today', from: '2026-11-25' }), { ...NOTHING, when: 'today' })
})

/** Two hours from then on in a room. */
const inRoom = (timezone: string, start_datetime: string, hours = 2) =>
  ({
    start_datetime,
    end_datetime: new Date(Date.parse(`${start_datetime}Z`) + hours * 3_600_000).toISOString().slice(0, 19),
    timezone,
    location: 'Hall',
  }) as Event

test('an event is asked for on its days by the clock of its room, on each of them', () => {
  const now = new Date('2026-11-25T12:00:00Z')
  const isOn = (event: Event, day: string) => isAskedFor(event, { from: day, to: day }, now)
  // Saturday 23:00 in Kathmandu, 18:15 in Berlin; the same moment is 12:15 in New York.
  const evening = inRoom('Asia/Kathmandu', '2026-11-28T17:15:00')
  assert.deepEqual([isOn(evening, '2026-11-28'), isOn(evening, '2026-11-29')], [true, true], 'until 01:00')
  const late = inRoom('America/New_York', '2026-11-29T01:00:00')
  assert.deepEqual(
    [isOn(late, '2026-11-28'), isOn(late, '2026-11-29')],
    [true, false],
    'Saturday 20:00 there',
  )
  const retreat = inRoom('Europe/Berlin', '2026-11-27T15:00:00', 56)
  const days = ['26', '27', '28', '29', '30'].map((day) => isOn(retreat, `2026-11-${day}`))
  assert.deepEqual(days, [false, true, true, true, false], 'over on Sunday at midnight')
})

test('today is the reader’s or that of the room', () => {
  // Wednesday 23:00 in Berlin, and Thursday 03:45 in Kathmandu.
  const now = new Date('2026-11-25T22:00:00Z')
  const isToday = (event: Event) => isAskedFor(event, { when: 'today' }, now)
  assert.ok(isToday(inRoom('Asia/Kathmandu', '2026-11-26T01:15:00')), 'Thursday 07:00 there')
  assert.ok(!isToday(inRoom('Europe/Berlin', '2026-11-26T06:00:00')), 'Thursday 07:00 here')
  assert.ok(isToday(inRoom('America/New_York', '2026-11-26T01:00:00')), 'Wednesday 20:00 there')
})

test('a range of days is one filter; what the page itself shows is not counted', () => {
  const search = { q: 'yoga', from: '2026-11-25', to: '2026-11-26', online: true } as const
  assert.equal(hiddenFilterCount({ ...search, type: 'session' }), 2)
  assert.equal(hiddenFilterCount({ ...search, type: 'retreat' }), 1)
  assert.deepEqual([isFiltered({}), isFiltered({ page: 2 }), isFiltered({ q: 'yoga' })], [false, false, true])
})
