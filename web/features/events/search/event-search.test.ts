import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  daysQuery,
  hiddenFilterCount,
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

test('days are those of the reader, also when the clocks change', () => {
  const winter = new URLSearchParams(pageQuery({ from: '2026-11-25', to: '2026-11-25' }, TODAY))
  assert.deepEqual([winter.get('from'), winter.get('to')], ['2026-11-24T23:00:00', '2026-11-25T23:00:00'])
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
    const query = new URLSearchParams(pageQuery({ when }, today))
    return [query.get('from'), query.get('to')]
  }
  assert.deepEqual(days('today', '2026-11-25'), [null, '2026-11-25T23:00:00'])
  const weekend = ['2026-11-27T23:00:00', '2026-11-29T23:00:00']
  for (const weekday of ['2026-11-23', '2026-11-27']) assert.deepEqual(days('weekend', weekday), weekend)
  for (const day of ['2026-11-28', '2026-11-29']) assert.deepEqual(days('weekend', day), [null, weekend[1]])
  assert.deepEqual(readEventSearch({ when: 'today', from: '2026-11-25' }), { ...NOTHING, when: 'today' })
})

test('a range of days is one filter; what the page itself shows is not counted', () => {
  const search = { q: 'yoga', from: '2026-11-25', to: '2026-11-26', online: true } as const
  assert.equal(hiddenFilterCount({ ...search, type: 'session' }), 2)
  assert.equal(hiddenFilterCount({ ...search, type: 'retreat' }), 1)
  assert.deepEqual([isFiltered({}), isFiltered({ page: 2 }), isFiltered({ q: 'yoga' })], [false, false, true])
})
