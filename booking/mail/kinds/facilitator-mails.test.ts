import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anonymise } from '#booking/account/deletion.store.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails } from '#harness/apps/test-mail.ts'
import { aFacilitator, anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'

let booking: TestBooking
before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const ENOUGH_SECONDS = 700

/** Somebody whose event has a new booking and a cancellation, and who has written to its attendees. */
async function aToldOrganiser() {
  const { deps, request } = booking
  const organiser = await anOrganiser(deps)
  const event_id = await anEvent(deps, { facilitator_id: organiser.facilitator_id })
  const attendees: UserRow[] = []
  for (const isCancelled of [false, true]) {
    const attendee = await aUser(deps)
    const { token } = attendee
    attendees.push(attendee)
    const { body } = await request('POST', '/api/bookings/', { token, body: { event_id } })
    if (isCancelled) await request('PUT', `/api/bookings/${body.booking.id}/cancel`, { token })
  }
  const { status } = await request('POST', `/api/events/${event_id}/messages`, {
    token: organiser.token,
    body: { subject: 'Shoes', text: 'Bring shoes.' },
  })
  assert.ok(status < 300, String(status))
  await planMails(deps)
  return { ...organiser, event_id, attendees }
}

const ends: Record<
  string,
  (organiser: { id: number; facilitator_id: number; event_id: number }) => Promise<unknown>
> = {
  'whose facilitator was deactivated': ({ facilitator_id }) =>
    booking.deps.db
      .updateTable('facilitators')
      .set({ is_active: false })
      .where('id', '=', facilitator_id)
      .execute(),
  'whose account was closed': ({ id }) =>
    booking.deps.db.updateTable('users').set({ is_active: false }).where('id', '=', id).execute(),
  'whose event was given to another': async ({ event_id }) => {
    const { id: facilitator_id } = await aFacilitator(booking.deps)
    await booking.deps.db.updateTable('events').set({ facilitator_id }).where('id', '=', event_id).execute()
  },
}

for (const [who, end] of Object.entries(ends))
  test(`no names of attendees go to somebody ${who} before the mail is sent`, async () => {
    const organiser = await aToldOrganiser()
    await end(organiser)
    booking.clock.advance(ENOUGH_SECONDS)
    await sendMails(booking.deps)
    const mails = await mailsOf(booking.deps, organiser.id)
    assert.deepEqual(mails.map(({ kind, status }) => [kind, status]).toSorted(), [
      ['bookings-cancelled', 'dropped'],
      ['bookings-made', 'dropped'],
      ['event-message-copy', 'dropped'],
    ])
    for (const { last_error, body_text } of mails) {
      assert.match(String(last_error), /does not lead the event any more|account is closed/)
      assert.equal(body_text, null)
    }
  })

test('who leads the event gets all three', async () => {
  const organiser = await aToldOrganiser()
  booking.clock.advance(ENOUGH_SECONDS)
  await sendMails(booking.deps)
  const mails = await mailsOf(booking.deps, organiser.id)
  assert.deepEqual(
    mails.map(({ status }) => status),
    ['sent', 'sent', 'sent'],
  )
})

test('the text of a mail that a server took late is not kept when an attendee in it was erased meanwhile', async () => {
  const { deps } = booking
  const { id, attendees } = await aToldOrganiser()
  const mails = (await mailsOf(deps, id)).filter(({ kind }) => kind === 'bookings-made')
  const [mail] = mails
  const [attendee] = attendees
  assert.ok(mail && attendee)
  const sent = { sent_to: 'a@b.example', subject: 'S', text: 'Ann', html: 'Ann', calendar: null }
  await mailStore.complete(deps.db, mail.id, sent, booking.clock.now())
  assert.equal((await mailsOf(deps, id)).find((each) => each.id === mail.id)?.body_text, 'Ann')
  await deps.db.transaction().execute((trx) => anonymise(trx, attendee))
  await mailStore.complete(deps.db, mail.id, sent, booking.clock.now())
  const kept = (await mailsOf(deps, id)).find((each) => each.id === mail.id)
  assert.deepEqual([kept?.status, kept?.body_text, kept?.body_html], ['sent', null, null])
})
