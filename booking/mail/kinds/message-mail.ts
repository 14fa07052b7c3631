import { eventTimes } from '#booking/events/event-times.rules.ts'
import { type Dropped, type Letter, paragraph } from '#booking/mail/letters/letter.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'
import { leads, NO_LONGER_LEADS } from './event-facts.rules.ts'
import { type EventFacts, findEvent, findMessage, type MessageFacts } from './mail-facts.store.ts'
import type { ComposeDeps, MailKind } from './mail-kind.ts'

/** What a facilitator has written to everybody of an event. */
export const eventMessage: MailKind = async (deps, mail) => {
  const found = await read(deps, mail)
  if ('dropped' in found) return found
  const { event, message } = found
  if (!message.belongs) return { dropped: 'The person has neither a seat nor a place in line any more.' }
  return messageLetter(event, message)
}

/** What everybody gets. */
export const messageLetter = (
  event: EventFacts,
  { author, subject, text }: { author: string; subject: string; text: string },
): Letter => ({
  subject,
  heading: subject,
  blocks: [
    paragraph(`${author} writes to everybody of ${event.title}:`),
    { type: 'quote', text },
    { type: 'facts', facts: [{ label: 'When', value: eventTimes(event) }] },
  ],
  action: { label: 'Look at the event', path: `/events/${event.id}` },
  footnote: 'You get this because you have booked, or are on the waiting list.',
  event_sequence: event.sequence,
})

/** The same, to the one who wrote it. */
export const eventMessageCopy: MailKind = async (deps, mail, author) => {
  const found = await read(deps, mail)
  if ('dropped' in found) return found
  const { event, message } = found
  if (!author.is_admin && !leads(event, mail)) return NO_LONGER_LEADS
  const people = message.people === 1 ? 'one person' : `${message.people} people`
  return {
    subject: `Copy: ${message.subject}`,
    heading: message.subject,
    blocks: [
      paragraph(`You have written this to ${people} of ${event.title}:`),
      { type: 'quote', text: message.text },
    ],
    action: { label: 'Open the list of attendees', path: `/manage/events/${event.id}` },
    footnote: 'You get this because you have written to attendees.',
  }
}

type Found = { event: EventFacts; message: MessageFacts & { subject: string; text: string } }

async function read(
  { db }: ComposeDeps,
  { user_id, event_id, details }: ClaimedMail,
): Promise<Found | Dropped> {
  const event = await findEvent(db, event_id)
  const message = await findMessage(db, Number(details.message), user_id)
  if (!event || !message?.text || !message.subject) return { dropped: 'The message was deleted.' }
  return { event, message: { ...message, subject: message.subject, text: message.text } }
}
