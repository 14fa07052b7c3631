import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createTestClock } from '#harness/apps/test-booking.ts'
import type { Event } from './event.schema.ts'
import { createEventCache, type EventCache } from './event-cache.ts'

const AWAY = Object.assign(new Error('the database system is starting up'), { code: '57P03' })
const SLICE = { limit: 10, offset: 0 }
const toBody = (events: string, total: number) => `${total} ${events}`

let clock: ReturnType<typeof createTestClock>
let cache: EventCache
let reads: number
/** Length of the event's description. */
let description: string
/** What each read of the source waits for. */
let waitFor: Promise<void>
/** What the source answers; an error is thrown. */
let stored: { current_participants: number; revision: number } | Error

const event = (current_participants: number) =>
  ({ id: 1, max_participants: 9, current_participants, description }) as Event
const read = async () => {
  reads++
  await waitFor
  if (stored instanceof Error) throw stored
  return { event: event(stored.current_participants), revision: stored.revision }
}
const single = async () => (await cache.event(1))?.json
const page = async () => (await cache.page({}, SLICE, toBody)).body
const seats = (text: string | undefined) => Number(/"current_participants":(\d+)/.exec(text ?? '')?.[1])

beforeEach(() => {
  clock = createTestClock()
  reads = 0
  waitFor = Promise.resolve()
  description = ''
  stored = { current_participants: 0, revision: 1 }
  const tallies = { pages: { hits: 0, misses: 0 }, events: { hits: 0, misses: 0 } }
  const source = { list: async () => ({ events: [await read()], total: 1 }), find: read }
  cache = createEventCache(source, clock, tallies)
})

test('concurrent requests share one read, which is then cached for a second', async () => {
  assert.equal(new Set(await Promise.all([page(), page(), page()])).size, 1)
  await page()
  assert.equal(reads, 1)
  clock.advance(1)
  await page()
  assert.equal(reads, 2)
})

test('seats given by this instance are seen at once, in pages and single events', async () => {
  const { recall } = await cache.page({}, SLICE, toBody)
  cache.setSeats({ id: 1, current_participants: 4, max_participants: 20, revision: 2 })
  assert.deepEqual([seats(await page()), seats(recall()), seats(cache.recallEvent(1))], [4, 4, 4])
  assert.equal(reads, 1)
})

test('seats come with the capacity they were counted against, which another instance may have changed', async () => {
  await cache.event(1)
  cache.setSeats({ id: 1, current_participants: 25, max_participants: 30, revision: 3 })
  const { max_participants, available_spots, is_full } = JSON.parse((await single()) ?? '')
  assert.deepEqual([max_participants, available_spots, is_full], [30, 5, false])
})

test('a slow read never replaces a newer copy', async () => {
  await cache.event(1)
  clock.advance(1)
  const slow = single()
  cache.setSeats({ id: 1, current_participants: 4, max_participants: 20, revision: 2 })
  assert.equal(seats(await slow), 4)
  assert.equal(seats(await page()), 4)
})

test('a read that was running when the cache was emptied is not cached', async () => {
  const slow = page()
  cache.forget()
  await slow
  stored = { current_participants: 7, revision: 2 }
  assert.equal(seats(await page()), 7)
  assert.equal(seats(await single()), 7)
})

test('only fresh entries are recalled', async () => {
  const { recall } = await cache.page({}, SLICE, toBody)
  assert.ok(recall())
  clock.advance(1)
  assert.equal(recall(), undefined)
  assert.equal(cache.recallEvent(1), undefined)
})

test('while the database is unavailable, entries are served for half a minute', async () => {
  await page()
  stored = AWAY
  clock.advance(29)
  assert.equal(seats(await page()), 0)
  await page()
  assert.equal(reads, 2, 'the database is not asked again for every request')
  clock.advance(2)
  await assert.rejects(page(), AWAY)
  stored = { current_participants: 5, revision: 2 }
  assert.equal(seats(await page()), 5)
})

test('a read that takes long is not waited for where there is an entry, and its answer is cached', async () => {
  await page()
  await cache.event(1)
  clock.advance(1)
  const { promise, resolve } = Promise.withResolvers<void>()
  waitFor = promise
  stored = { current_participants: 5, revision: 2 }
  assert.deepEqual([seats(await page()), seats(await single())], [0, 0])
  resolve()
  await setImmediate()
  assert.deepEqual([seats(await page()), seats(await single())], [5, 5])
  clock.advance(31)
  waitFor = new Promise((done) => setTimeout(done, 700))
  stored = { current_participants: 6, revision: 3 }
  assert.equal(seats(await page()), 6, 'an entry that is too old is not served')
})

test('any other error is thrown, and so is every error without a cached entry', async () => {
  stored = AWAY
  await assert.rejects(page(), AWAY)
  stored = { current_participants: 1, revision: 1 }
  await page()
  clock.advance(1)
  stored = new Error('a fault of ours')
  await assert.rejects(page(), stored)
})

test('the same events in another form are another answer', async () => {
  const programme = (events: string) => `programme ${events}`
  assert.match(await page(), /^1 /)
  assert.match((await cache.page({}, SLICE, programme, 'public')).body, /^programme /)
  assert.match(await page(), /^1 /)
})

test('a very long page is not cached', async () => {
  description = 'x'.repeat(300_000)
  const { body, recall } = await cache.page({}, SLICE, toBody)
  assert.ok(body.length > 300_000)
  assert.equal(recall(), undefined)
  await page()
  assert.equal(reads, 2)
})

test('the cache is bounded in bytes and evicts the least recently used entry first', async () => {
  description = 'x'.repeat(200_000)
  const readPage = async (offset: number) => (await cache.page({}, { limit: 10, offset }, toBody)).recall
  const recalls: (() => string | undefined)[] = []
  for (let offset = 0; offset < 40; offset++) recalls.push(await readPage(offset))
  const kept = recalls.filter((recall) => recall() !== undefined)
  assert.ok(kept.length >= 5 && kept.length * 200_000 * 2 < 14 * 1024 * 1024, `${kept.length} kept`)
  assert.deepEqual(kept, recalls.slice(-kept.length))
})
