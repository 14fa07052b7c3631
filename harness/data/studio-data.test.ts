import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anOrganiser } from './factories.ts'
import { STUDIO, seedStudio } from './studio-data.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

test('a studio has its events, people and bookings, no event is oversold, and it can be added once', async () => {
  const { deps } = booking
  const host = await anOrganiser(deps)
  await seedStudio(deps)
  const events = await deps.db.selectFrom('events').selectAll().execute()
  const bookings = await deps.db.selectFrom('bookings').selectAll().execute()
  assert.deepEqual([events.length, bookings.length], [STUDIO.events, STUDIO.bookings])
  assert.ok(events.every((event) => event.current_participants <= event.max_participants))
  const seats = events.reduce((sum, event) => sum + event.current_participants, 0)
  assert.equal(seats, STUDIO.bookings)
  assert.ok(events.some(({ title }) => title === 'W'.repeat(200)))
  const led = events.filter(({ facilitator_id }) => facilitator_id === host.facilitator_id)
  assert.equal(led.length, STUDIO.events / 2)
  assert.ok(led.some(({ current_participants }) => current_participants === 28))
  assert.ok((await deps.db.selectFrom('waitlist_entries').selectAll().execute()).length > 0)
  await assert.rejects(seedStudio(deps), /added once/)
})
