import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { valuesOf } from '../form/event-form.rules.ts'
import { toldInWords } from './told.rules.ts'

const event = {
  id: 5,
  series_id: 2,
  title: 'Evening Sit',
  event_type: 'SESSION',
  status: 'ACTIVE',
  start_datetime: '2026-10-24T17:00:00',
  end_datetime: '2026-10-24T18:00:00',
  timezone: 'Europe/Berlin',
  location: 'Studio A',
  virtual_link: null,
  current_participants: 3,
  max_participants: 8,
  is_full: false,
  price: 12.5,
  cancellation_deadline_hours: 12,
} as Event

type Told = { of?: Event; scope?: Scope; dates?: Event[] | undefined; sendsMail?: boolean }

function told(values: object, { of = event, scope = 'this', sendsMail = true, ...more }: Told = {}) {
  const dates = 'dates' in more ? more.dates : [of]
  return toldInWords(of, { ...valuesOf(of), ...values }, { scope, dates, sendsMail })
}

const MOVED = { location: 'Studio B' }
const MINUTE = 'They are written to a minute after you save; what you correct until then is one message.'
const NOBODY = 'Nobody is written to about this change.'

test('a move says how many are told, and that they can cancel; a link only that they are told', () => {
  assert.equal(told(MOVED), `3 people who have booked are told, and can cancel. ${MINUTE}`)
  const one = { ...event, current_participants: 1 }
  assert.equal(
    told({ virtual_link: 'https://meet.example' }, { of: one }),
    `1 person who has booked is told. ${MINUTE}`,
  )
  assert.equal(
    told(MOVED, { sendsMail: false }),
    '3 people who have booked are told on their home page, and can cancel.',
  )
})

test('who waits for a seat of a full event is told of a move, not of a link', () => {
  const full = { ...event, is_full: true }
  assert.equal(
    told(MOVED, { of: full }),
    `3 people who have booked are told, and can cancel; who is on the waiting list is told, too. ${MINUTE}`,
  )
  assert.doesNotMatch(told({ virtual_link: 'https://meet.example' }, { of: full }) ?? '', /waiting/)
})

test('nothing is said while nothing is changed, a time is missing or nobody has booked', () => {
  const unbooked = { ...event, current_participants: 0 }
  assert.equal(told({}), undefined)
  assert.equal(told({ ...MOVED, start_datetime: '' }), undefined)
  assert.equal(told(MOVED, { of: unbooked }), undefined)
  assert.equal(told({ price: 3 }, { of: unbooked }), undefined)
})

test('other changes are told nobody, except more seats those who move up', () => {
  for (const values of [
    { title: 'Another' },
    { price: 3 },
    { description: 'Tea' },
    { requirements: 'A mat' },
  ])
    assert.equal(told(values), NOBODY)
  assert.equal(told({ max_participants: 9 }), NOBODY)
  const full = { ...event, is_full: true }
  assert.match(told({ max_participants: 9 }, { of: full }) ?? '', /, except those who move up from the/)
  assert.equal(told({ max_participants: 7 }, { of: full }), NOBODY)
})

test('more hours for cancelling bind only those who book afterwards', () => {
  const keeps = 'Who has booked already keeps the hours they booked with.'
  assert.equal(told({ cancellation_deadline_hours: 24 }), `${NOBODY} ${keeps}`)
  assert.equal(told({ cancellation_deadline_hours: '' }), NOBODY)
  assert.equal(
    told({ ...MOVED, cancellation_deadline_hours: 24 }),
    `3 people who have booked are told, and can cancel. ${MINUTE} ${keeps}`,
  )
})

test('a higher price binds only those who book afterwards', () => {
  assert.match(
    told({ price: 20 }) ?? '',
    /^Nobody is written to about this change\. Who has booked already keeps the price/,
  )
})

test('what takes back a change that nobody was told of yet is told nobody', () => {
  const before = { ...event, location: 'Studio B' }
  const values = { ...valuesOf(event), location: 'studio  b' }
  const say = (more: object, scope: Scope = 'this') =>
    toldInWords(event, { ...values, ...more }, { scope, dates: [event], sendsMail: true, before })
  assert.equal(say({}), 'Nobody is written to: this takes back what was changed a moment ago.')
  assert.match(say({ location: 'Studio C' }) ?? '', /^3 people who have booked are told/)
  assert.match(say({ virtual_link: 'https://meet.example' }) ?? '', /are told/)
  assert.match(say({}, 'all') ?? '', /are told/)
})

test('of a series its bookings and dates are counted, as far as they are known', () => {
  const dates = [event, { ...event, id: 6, current_participants: 4 }]
  assert.match(
    told(MOVED, { scope: 'all', dates }) ?? '',
    /^All who have booked \(7 bookings; 2 dates change\) are told, and can cancel\. They/,
  )
  assert.match(told(MOVED, { scope: 'all', dates: undefined }) ?? '', /^All who have booked these dates are/)
  const unbooked = dates.map((each) => ({ ...each, current_participants: 0 }))
  assert.equal(told(MOVED, { scope: 'following', dates: unbooked }), undefined)
  // With the zone alone every date keeps its clock, and so is at another moment.
  assert.match(told({ timezone: 'Asia/Tokyo' }, { scope: 'all', dates }) ?? '', /are told, and can cancel/)
})

test('a place is the same in other spaces, another case or another width of its letters', () => {
  for (const location of ['STUDIO  A', '  Studio\u00a0A ', 'Ｓｔｕｄｉｏ\u200b Ａ'])
    assert.equal(told({ location }), NOBODY)
})
