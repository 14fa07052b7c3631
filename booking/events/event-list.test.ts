import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { EVENT_STATUSES, EVENT_TYPES } from '#booking/database/event.table.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, manyEvents } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import type { EventFilter } from './event-filter.store.ts'
import { createEventList } from './event-list.service.ts'
import { list } from './event-list.store.ts'

const HOUR_MS = 3_600_000
const COUNT = 2_600

let booking: TestBooking
let facilitators: number[]

before(async () => {
  booking = await startTestBooking()
  facilitators = [(await aFacilitator(booking.deps)).id, (await aFacilitator(booking.deps)).id]
  await manyEvents(booking.deps, COUNT, facilitators)
})
after(() => booking.close())

/** The expected list, by a plain query. */
async function listPlainly(filter: EventFilter) {
  let query = booking.deps.db.selectFrom('events').select('id').orderBy('start_datetime').orderBy('id')
  if (filter.event_type) query = query.where('event_type', '=', filter.event_type)
  if (filter.facilitator_id) query = query.where('facilitator_id', '=', filter.facilitator_id)
  if (filter.status) query = query.where('status', '=', filter.status)
  if (filter.endsAfter) query = query.where('end_datetime', '>', filter.endsAfter)
  if (filter.startsFrom) query = query.where('start_datetime', '>=', filter.startsFrom)
  if (filter.startsBefore) query = query.where('start_datetime', '<', filter.startsBefore)
  if (filter.search) query = query.where('description', 'like', `%${filter.search.toLowerCase()}%`)
  return (await query.execute()).map(({ id }) => id)
}

const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })

test('pages and totals are those of a plain query, however deep and however filtered', async () => {
  await fc.assert(
    fc.asyncProperty(
      maybe(...EVENT_TYPES),
      maybe(...EVENT_STATUSES),
      maybe(0, 1, 7, 300),
      maybe(-100, 0, 5, 24, 500),
      maybe(-50, 3, 48, 700),
      maybe(0, 1),
      fc.option(fc.constantFrom('SEA', 'hills'), { nil: undefined, freq: 2 }),
      fc.oneof(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: COUNT + 50 })),
      async (event_type, status, after, from, before, facilitator, search, offset) => {
        const [endsAfter, startsFrom, startsBefore] = [after, from, before].map((hours) =>
          hours === undefined ? undefined : new Date(booking.clock.now().getTime() + hours * HOUR_MS),
        )
        const facilitator_id = facilitator === undefined ? undefined : facilitators[facilitator]
        const filter = {
          event_type,
          status: endsAfter ? ('ACTIVE' as const) : status,
          endsAfter,
          startsFrom,
          startsBefore,
          facilitator_id,
          search,
        }
        const expected = await listPlainly(filter)
        const { events, total } = await list(booking.deps.db, filter, { limit: 10, offset })
        assert.equal(total, expected.length)
        assert.deepEqual(
          events.map(({ event }) => event.id),
          expected.slice(offset, offset + 10),
        )
      },
    ),
    { numRuns: 500 },
  )
})

/** A list that treats every search as slow. */
function frequentSearches() {
  return createEventList({ ...booking.deps, ...booking.deps.databases }, { slowMs: 0 })
}

test('the next pages of a frequent search are those of a plain query, and its total is the one of the first', async () => {
  const lists = frequentSearches()
  const filter = { search: 'EVENT' }
  const expected = await listPlainly({})
  for (const offset of [0, 3, 5, expected.length - 5, 0]) {
    const { events, total } = await lists(filter, { limit: 5, offset })
    assert.equal(total, expected.length)
    assert.deepEqual(
      events.map(({ event }) => event.id),
      expected.slice(offset, offset + 5),
    )
  }
})

test('the total of a frequent search is refreshed in the background, while its pages are always read', async () => {
  const lists = frequentSearches()
  const soon = new Date(booking.clock.now().getTime() + 1)
  const filter = { search: 'event', startsFrom: soon }
  const slice = { limit: 5, offset: 0 }
  const { total: before } = await lists(filter, slice)
  const id = await anEvent(booking.deps, { title: 'Event at once', start_datetime: soon })
  const { events } = await lists(filter, slice)
  assert.equal(events[0]?.event.id, id)
  await waitUntil(async () => (await lists(filter, slice)).total === before + 1, 10_000)
})

test('a rare search is counted each time', async () => {
  const lists = frequentSearches()
  const filter = { search: 'Rarely heard of' }
  assert.equal((await lists(filter, { limit: 5, offset: 0 })).total, 0)
  await anEvent(booking.deps, { title: 'rarely heard of' })
  assert.equal((await lists(filter, { limit: 5, offset: 0 })).total, 1)
})

test('a short search finds what begins a word, in the first events only', async () => {
  const { db } = booking.deps
  const begin = new Date('2093-01-01T00:00:00Z')
  const at = (n: number) => new Date(begin.getTime() + n * HOUR_MS)
  const make = (n: number, title: string) =>
    anEvent(booking.deps, { title, description: null, start_datetime: at(n) })
  const found = await Promise.all([make(1, 'Qigong'), make(2, 'Slow (qi) flow'), make(3, '100% Qi_x')])
  await make(4, 'Tariqi')
  const search = async (text: string, more: EventFilter = {}) => {
    const filter = { endsAfter: begin, search: text, ...more }
    const { events, total } = await list(db, filter, { limit: 2, offset: 0 })
    assert.equal(events.length, Math.min(total, 2))
    return [total, ...events.map(({ event }) => event.id)]
  }
  assert.deepEqual(await search('qi'), [3, found[0], found[1]])
  assert.deepEqual(await search('Q'), [3, found[0], found[1]])
  assert.deepEqual(await search('_x'), [1, found[2]])
  assert.deepEqual(await search('0%'), [0])
  assert.deepEqual(await search('10'), [1, found[2]])
  assert.deepEqual(await search('(.*'), [0])
  assert.deepEqual(await search('qi', { status: 'CANCELLED' }), [0])
  // The first 5,000 are all before that one.
  await manyEvents(booking.deps, 5_001, facilitators)
  assert.equal((await list(db, { search: 'qi' }, { limit: 2, offset: 0 })).total, 0)
})
