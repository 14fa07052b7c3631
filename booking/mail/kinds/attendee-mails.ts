import { cancellableUntil } from '#booking/bookings/cancellation.rules.ts'
import { getInstallationId } from '#booking/calendars/calendar.store.ts'
import { calendarForMail } from '#booking/calendars/calendar-file.ts'
import type { PaymentStatus } from '#booking/database/booking.table.ts'
import type { EventVersionRow } from '#booking/database/mail.table.ts'
import { clockTime } from '#booking/events/event-times.rules.ts'
import { type Block, type Dropped, type Fact, type Letter, paragraph } from '#booking/mail/letters/letter.ts'
import { REMINDER_HOURS } from '#booking/mail/planning/plan.store.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'
import { changesBetween, eventInShort, factsOf } from './event-facts.rules.ts'
import {
  type BookingFacts,
  type EventFacts,
  findBooking,
  findEvent,
  findKnown,
  isWaiting,
  wasToldSince,
} from './mail-facts.store.ts'
import type { ComposeDeps, MailKind } from './mail-kind.ts'

export const bookingConfirmed: MailKind = async (deps, mail) => {
  const seat = await readSeat(deps, mail)
  if ('dropped' in seat) return seat
  const { event } = seat
  return {
    subject: `Booked: ${eventInShort(event)}`,
    heading: 'Your seat is booked',
    blocks: [seatFacts(deps, seat), paragraph(cancelling(deps, seat))],
    action: { label: 'See your booking', path: `/events/${event.id}` },
    footnote: 'You get this because you have booked.',
    calendar: await calendarOf(deps, seat),
    event_sequence: event.sequence,
  }
}

export const bookingPromoted: MailKind = async (deps, mail) => {
  const seat = await readSeat(deps, mail)
  if ('dropped' in seat) return seat
  const { event } = seat
  return {
    subject: `You have a seat: ${eventInShort(event)}`,
    heading: 'You have moved up from the waiting list',
    blocks: [
      paragraph('A seat has become free, and it is yours: you are booked and need do nothing more.'),
      seatFacts(deps, seat),
      paragraph(`${cancelling(deps, seat)} If you cannot come, please do, so that the next in line can.`),
    ],
    action: { label: 'See your booking', path: `/events/${event.id}` },
    footnote: 'You get this because you were on the waiting list.',
    calendar: await calendarOf(deps, seat),
    event_sequence: event.sequence,
  }
}

export const bookingCancelled: MailKind = async (deps, mail) => {
  const found = await readBooking(deps, mail)
  if ('dropped' in found) return found
  const { event, booking } = found
  if (booking.status !== 'CANCELLED') return { dropped: 'The booking is not cancelled.' }
  // Whoever had paid needs it for the studio.
  if (booking.has_another && !PAID[booking.payment_status])
    return { dropped: 'The person has booked the event again.' }
  if (event.start_datetime <= deps.clock.now()) return HAS_BEGUN
  const isOwn = mail.details.by_attendee === true
  const known = await asKnown(deps, mail, event)
  return {
    subject: `Cancelled: your booking of ${eventInShort(known)}`,
    heading: isOwn ? 'You have cancelled your booking' : 'Your booking has been cancelled',
    blocks: [
      ...(isOwn ? [] : [paragraph('The studio has cancelled your booking.')]),
      ...reason(isOwn ? null : booking.removal_reason),
      ...(booking.has_another ? [paragraph('You have booked it again since: that booking stands.')] : []),
      ...paid(booking),
      { type: 'facts', facts: factsOf(known, { hasSeat: false }) },
    ],
    action: booking.has_another
      ? { label: 'See your booking', path: `/events/${event.id}` }
      : { label: 'See what else is on', path: '/events' },
    footnote: 'You get this because you had booked.',
    calendar: await calendarOf(deps, found),
  }
}

/** To attendees, and without a booking to people on the waiting list. */
export const eventCancelled: MailKind = async (deps, mail) => {
  const event = await findEvent(deps.db, mail.event_id)
  if (event?.status !== 'CANCELLED') return { dropped: 'The event is not cancelled.' }
  if (event.start_datetime <= deps.clock.now()) return HAS_BEGUN
  const booking = await findBooking(deps.db, mail.booking_id)
  const known = await asKnown(deps, mail, event)
  return {
    subject: `Cancelled: ${eventInShort(known)}`,
    heading: `${event.title} is cancelled`,
    blocks: [
      paragraph(
        booking
          ? 'We are sorry: the event does not take place, and your booking has been cancelled.'
          : 'We are sorry: the event that you were waiting for does not take place.',
      ),
      ...reason(event.cancellation_reason),
      ...paid(booking),
      { type: 'facts', facts: factsOf(known, { hasSeat: false }) },
    ],
    action: { label: 'See what else is on', path: '/events' },
    footnote: booking
      ? 'You get this because you had booked.'
      : 'You get this because you were on the waiting list.',
    ...(booking && { calendar: await calendarOf(deps, { event, booking }) }),
  }
}

/** To attendees, and without a booking to people on the waiting list. */
export const eventMoved: MailKind = async (deps, mail) =>
  mail.booking_id === null ? movedWhileWaiting(deps, mail) : movedWithSeat(deps, mail)

async function movedWithSeat(deps: ComposeDeps, mail: ClaimedMail): Promise<Letter | Dropped> {
  const seat = await readSeat(deps, mail)
  if ('dropped' in seat) return seat
  const { event } = seat
  const changes = await untoldChanges(deps, mail, (old) => changesBetween(old, event))
  if ('dropped' in changes) return changes
  return {
    subject: movedInShort(event, changes),
    heading: `${event.title} has changed`,
    blocks: [
      paragraph('You keep your seat. This has changed:'),
      { type: 'facts', facts: changes },
      paragraph('Your booking as it is now:'),
      seatFacts(deps, seat),
      paragraph(cancelling(deps, seat)),
    ],
    action: { label: 'See your booking', path: `/events/${event.id}` },
    footnote: 'You get this because you have booked.',
    calendar: await calendarOf(deps, seat),
    event_sequence: event.sequence,
  }
}

/** Not of the online link, which is for those who have a seat. */
async function movedWhileWaiting(deps: ComposeDeps, mail: ClaimedMail): Promise<Letter | Dropped> {
  const { db, clock } = deps
  const event = await findEvent(db, mail.event_id)
  if (!event || !(await isWaiting(db, Number(mail.details.place))))
    return { dropped: 'The person is not on the waiting list any more.' }
  if (event.start_datetime <= clock.now()) return HAS_BEGUN
  const changes = await untoldChanges(deps, mail, (old) =>
    changesBetween(old, { ...event, virtual_link: old.virtual_link }),
  )
  if ('dropped' in changes) return changes
  return {
    subject: movedInShort(event, changes),
    heading: `${event.title} has changed`,
    blocks: [
      paragraph('You are on the waiting list. This has changed:'),
      { type: 'facts', facts: changes },
      paragraph(
        'You keep your place in line. If a seat becomes free it is yours by itself, so please leave the waiting list if you cannot come.',
      ),
      { type: 'facts', facts: factsOf(event, { hasSeat: false }) },
    ],
    action: { label: 'See your place in line', path: `/events/${event.id}` },
    footnote: 'You get this because you are on the waiting list.',
    event_sequence: event.sequence,
  }
}

export const reminder: MailKind = async (deps, mail) => {
  const seat = await readSeat(deps, mail)
  if ('dropped' in seat) return seat
  const { event } = seat
  if (event.start_datetime.getTime() !== Number(mail.details.start) * 1_000)
    return { dropped: 'The event was moved.' }
  const aDayBefore = new Date(event.start_datetime.getTime() - REMINDER_HOURS * 3_600_000)
  if (await wasToldSince(deps.db, mail.booking_id, aDayBefore))
    return { dropped: 'The person has just been told of the event.' }
  return {
    subject: `Reminder: ${eventInShort(event)}`,
    heading: 'See you soon',
    blocks: [seatFacts(deps, seat), paragraph(cancelling(deps, seat))],
    action: { label: 'See your booking', path: `/events/${event.id}` },
    footnote: 'You get this because you have booked.',
    calendar: await calendarOf(deps, seat),
    event_sequence: event.sequence,
  }
}

type Found = { event: EventFacts; booking: BookingFacts }

/**
 * What has changed since the person was told of a move, or took their seat or place. If nothing, since another mail that has told, or
 * may have told, something else: what was taken back meanwhile.
 */
async function untoldChanges(
  { db }: ComposeDeps,
  mail: ClaimedMail,
  changesSince: (old: EventVersionRow) => Fact[],
): Promise<Fact[] | Dropped> {
  const { told, others, moved_from } = await findKnown(db, mail)
  if (moved_from !== null && moved_from > Number(mail.details.sequence))
    return { dropped: 'The event was changed again: a later mail says so.' }
  const versions = told ? [told, ...others] : others
  const changes = versions.map(changesSince).find((each) => each.length > 0)
  return changes ?? { dropped: 'The event is as the person knows it.' }
}

/** As the person knows it: a move that was not told yet, of what is cancelled now, would be a riddle. */
async function asKnown({ db }: ComposeDeps, mail: ClaimedMail, event: EventFacts): Promise<EventFacts> {
  const { told } = await findKnown(db, mail)
  if (!told) return event
  const { start_datetime, end_datetime, timezone, location } = told
  return { ...event, start_datetime, end_datetime, timezone, location }
}

/** `New place: Morning Yoga, Fri, 4 Dec, 18:00`, or `Changed: Morning Yoga, now Fri, 4 Dec, 18:00`. */
function movedInShort(event: EventFacts, changes: Fact[]): string {
  const isTime = changes.some(({ label }) => label === 'When')
  const isPlace = !isTime && changes.some(({ label }) => label === 'Where')
  return `${isPlace ? 'New place' : 'Changed'}: ${eventInShort(event, { isMoved: isTime })}`
}

const HAS_BEGUN: Dropped = { dropped: 'The event has begun.' }

async function readBooking({ db }: ComposeDeps, mail: ClaimedMail): Promise<Found | Dropped> {
  const [event, booking] = [await findEvent(db, mail.event_id), await findBooking(db, mail.booking_id)]
  return event && booking ? { event, booking } : { dropped: 'There is no such booking.' }
}

/** A booking that holds a seat at an event that is still to come. */
async function readSeat(deps: ComposeDeps, mail: ClaimedMail): Promise<Found | Dropped> {
  const found = await readBooking(deps, mail)
  if ('dropped' in found) return found
  if (found.booking.status !== 'CONFIRMED' && found.booking.status !== 'PENDING')
    return { dropped: 'The booking is cancelled.' }
  return found.event.start_datetime <= deps.clock.now() ? HAS_BEGUN : found
}

const seatFacts = ({ currency }: ComposeDeps, { event, booking }: Found): Block => ({
  type: 'facts',
  facts: factsOf(event, { hasSeat: true, booking, currency }),
})

function cancelling({ clock }: ComposeDeps, { event, booking }: Found): string {
  const until = cancellableUntil({ ...event, ...booking }, clock.now())
  if (!until)
    return 'It is too late to cancel online. If you cannot come, say so in the note of your booking: the facilitator reads it.'
  if (until >= event.start_datetime) return 'You can cancel until it begins.'
  return `You can cancel until ${clockTime(until, event.timezone)}.`
}

/** The API only records payments: what is given back is between the person and the studio. */
const PAID: Record<PaymentStatus, string | null> = {
  pending: null,
  paid: 'You have paid for it: ask the studio about your money.',
  refunded: 'You had paid for it, and the studio has noted that your money was given back.',
}

function paid(booking: BookingFacts | undefined): Block[] {
  const text = booking && PAID[booking.payment_status]
  return text ? [paragraph(text)] : []
}

const reason = (text: string | null): Block[] =>
  text ? [paragraph('The reason:'), { type: 'quote', text }] : []

/** Without the link to join for those who have no seat any more. */
async function calendarOf({ db, from }: ComposeDeps, { event, booking }: Found): Promise<string> {
  const hasSeat = booking.status !== 'CANCELLED'
  const shown = {
    ...event,
    virtual_link: hasSeat ? event.virtual_link : null,
    is_online: event.virtual_link !== null,
  }
  return calendarForMail({ ...booking, event: shown }, await getInstallationId(db), from)
}
