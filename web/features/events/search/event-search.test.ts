import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { daysQuery, filterCount, isFiltered, pageQuery, readEventSearch, UNFILTERED } from './event-search.ts'

const zone = process.env.TZ
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
  const search = { q: 'yoga', from: '2026-02-28', to: '2026-03-01', view: 'calendar', month: '2026-03' }
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
  const winter = new URLSearchParams(pageQuery({ from: '2026-11-25', to: '2026-11-25' }))
  assert.deepEqual([winter.get('from'), winter.get('to')], ['2026-11-24T23:00:00', '2026-11-25T23:00:00'])
  const change = new URLSearchParams(daysQuery({}, { first: '2026-03-29', last: '2026-03-29' }, 1))
  assert.deepEqual([change.get('from'), change.get('to')], ['2026-03-28T23:00:00', '2026-03-29T22:00:00'])
})

test('only what is set is asked for', () => {
  assert.equal(pageQuery({}), 'page=1&per_page=12')
  assert.equal(
    pageQuery({ q: ' sea & sky ', type: 'session', facilitator: 4, page: 2, view: 'calendar' }),
    'search=sea+%26+sky&type=session&facilitator_id=4&page=2&per_page=12',
  )
})

test('a range of days is one filter, and what is searched for is none', () => {
  assert.equal(filterCount({ q: 'yoga', from: '2026-11-25', to: '2026-11-26', type: 'session' }), 2)
  assert.deepEqual([isFiltered({}), isFiltered({ page: 2 }), isFiltered({ q: 'yoga' })], [false, false, true])
})
