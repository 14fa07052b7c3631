import { eventTimes } from '#booking/events/event-times.rules.ts'
import { type Dropped, type Letter, paragraph } from '#booking/mail/letters/letter.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'
import { eventInShort, leads, NO_LONGER_LEADS } from './event-facts.rules.ts'
import { type EventFacts, findEvent, listAttendees, type ToldAttendee } from './mail-facts.store.ts'
import type { ComposeDeps, MailKind } from './mail-kind.ts'

/** To the facilitator: who has booked within ten minutes and has not cancelled since. Their notes, often about health, are not mailed. */
export const bookingsMade: MailKind = async (deps, mail) => {
  const event = await findLed(deps, mail)
  if ('dropped' in event) return event
  const attendees = await listTold(deps, mail.details.bookings)
  const booked = attendees.filter(({ holds_seat }) => holds_seat)
  if (booked.length === 0) return { dropped: 'The bookings have been cancelled.' }
  const what = booked.length === 1 ? 'A new booking' : `${booked.length} new bookings`
  return letter(event, {
    what,
    text: booked.length === 1 ? 'This person has booked:' : 'These people have booked:',
    items: booked.map(({ name }) => name),
  })
}

/** To the facilitator: who has cancelled within ten minutes, and has not booked again. */
export const bookingsCancelled: MailKind = async (deps, mail) => {
  const event = await findLed(deps, mail)
  if ('dropped' in event) return event
  const attendees = await listTold(deps, mail.details.bookings)
  const gone = attendees.filter(({ holds_seat }) => !holds_seat)
  if (gone.length === 0) return { dropped: 'The bookings are not cancelled.' }
  const what = gone.length === 1 ? 'A cancellation' : `${gone.length} cancellations`
  return letter(event, {
    what,
    text: gone.length === 1 ? 'This person does not come any more:' : 'These people do not come any more:',
    items: gone.map(({ name }) => name),
  })
}

/** Names go to nobody who may not look them up any more. */
async function findLed({ db }: ComposeDeps, mail: ClaimedMail): Promise<EventFacts | Dropped> {
  const event = await findEvent(db, mail.event_id)
  if (!event || event.status === 'CANCELLED') return { dropped: 'The event is cancelled.' }
  return leads(event, mail) ? event : NO_LONGER_LEADS
}

function letter(
  event: EventFacts,
  { what, text, items }: { what: string; text: string; items: string[] },
): Letter {
  const { current_participants: taken, max_participants: all } = event
  return {
    subject: `${what}: ${eventInShort(event)}`,
    heading: `${what} for ${event.title}`,
    blocks: [
      {
        type: 'facts',
        facts: [
          { label: 'When', value: eventTimes(event) },
          { label: 'Seats', value: `${taken} of ${all} are taken` },
        ],
      },
      paragraph(text),
      { type: 'list', items },
    ],
    action: { label: 'Open the list of attendees', path: `/manage/events/${event.id}` },
    footnote: 'You get this because you lead the event.',
  }
}

function listTold({ db }: ComposeDeps, bookings: unknown): Promise<ToldAttendee[]> {
  return listAttendees(db, Array.isArray(bookings) ? bookings.map(Number) : [])
}
