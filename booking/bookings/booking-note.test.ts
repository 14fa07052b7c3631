import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

let booking: TestBooking
let ann: Awaited<ReturnType<typeof aUser>>

before(async () => {
  booking = await startTestBooking()
  ann = await aUser(booking.deps)
})
after(() => booking.close())

async function book(notes?: string) {
  const event_id = await anEvent(booking.deps)
  const body = { event_id, ...(notes !== undefined && { notes }) }
  return (await booking.request('POST', '/api/bookings/', { token: ann.token, body })).body.booking
}
const edit = (id: number | string, body: unknown, token: string | undefined = ann.token) =>
  booking.request('PUT', `/api/bookings/${id}`, { token, body })

test('attendees change their note, and the audit log says that they did', async () => {
  const before = await book('First time')
  const { status, body } = await edit(before.id, { notes: '  Second thoughts ' })
  assert.deepEqual([status, body.message], [200, 'Booking updated successfully'])
  assert.deepEqual(body.booking, { ...before, notes: 'Second thoughts' })
  assert.equal((await edit(before.id, { notes: 'Second thoughts' })).status, 200)
  assert.equal((await edit(before.id, { notes: null })).body.booking.notes, null)
  const { token } = await aUser(booking.deps, { is_admin: true })
  const { entries } = (
    await booking.request('GET', `/api/audit-log?subject=booking&subject_id=${before.id}`, { token })
  ).body
  const actions = entries.map(({ action }: { action: string }) => action)
  assert.deepEqual(actions, ['booking.note_changed', 'booking.note_changed', 'booking.created'])
  assert.equal(JSON.stringify(entries).includes('Second thoughts'), false)
})

test('a note that cannot be stored is refused, and so is one of somebody else', async () => {
  const { id } = await book()
  for (const body of [{}, { notes: 5 }, { notes: 'x'.repeat(2_001) }, { notes: 'nul \0' }, []])
    assert.equal((await edit(id, body)).status, 400, JSON.stringify(body))
  const other = await aUser(booking.deps)
  assert.equal((await edit(id, { notes: 'x' }, other.token)).status, 404)
  assert.equal((await edit(999_999, { notes: 'x' })).status, 404)
  assert.equal((await booking.request('PUT', `/api/bookings/${id}`, { body: { notes: 'x' } })).status, 401)
})

test('not after the event, and not when the booking is cancelled', async () => {
  const [cancelled, past] = [await book(), await book()]
  await booking.request('PUT', `/api/bookings/${cancelled.id}/cancel`, { token: ann.token })
  const refused = await edit(cancelled.id, { notes: 'x' })
  assert.deepEqual([refused.status, refused.body.code], [400, 'already_cancelled'])
  const { end_datetime } = (await booking.request('GET', `/api/programme/${past.event.id}`)).body.event
  booking.clock.advance((Date.parse(`${end_datetime}Z`) - booking.clock.now().getTime()) / 1_000)
  const token = await booking.deps.identity.sessions.issue('access', ann)
  const late = await edit(past.id, { notes: 'x' }, token)
  assert.deepEqual([late.status, late.body.code], [400, 'event_completed'])
})
