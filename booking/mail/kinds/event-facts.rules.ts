import { costOf } from '#booking/bookings/cost.rules.ts'
import {
  type EventTimes,
  eventTimes,
  eventZone,
  localTimes,
  shortStart,
} from '#booking/events/event-times.rules.ts'
import type { Dropped, Fact } from '#booking/mail/letters/letter.ts'
import { isSamePlace } from '#shared/lib/is-same-place.ts'
import { shorten } from '#shared/lib/shorten.ts'
import type { BookingFacts, EventFacts } from './mail-facts.store.ts'

/** What an attendee has to know. `hasSeat`: only then the link to join is among it. */
export function factsOf(
  event: EventFacts,
  { hasSeat, booking, currency }: { hasSeat: boolean; booking?: BookingFacts; currency?: string },
): Fact[] {
  const { location, virtual_link, requirements } = event
  const due = booking?.payment_status === 'pending' ? costOf({ ...event, ...booking }) : 0
  return [
    { label: 'What', value: event.title },
    { label: 'When', value: eventTimes(event) },
    ...(location ? [{ label: 'Where', value: location }] : []),
    ...(hasSeat && virtual_link ? [joinFact(virtual_link)] : []),
    { label: 'With', value: event.facilitator_name },
    ...(currency !== undefined && due > 0 ? [{ label: 'To pay', value: money(due, currency) }] : []),
    ...(hasSeat && requirements ? [{ label: 'Please note', value: requirements }] : []),
  ]
}

/** Of a title, so that programs still show the day behind it. */
const SUBJECT_TITLE_MAX = 60

/** Returns an event for a subject: `Morning Yoga, Fri, 4 Dec, 18:00`. */
export function eventInShort(event: EventTimes & { title: string }, { isMoved = false } = {}): string {
  return `${shorten(event.title, SUBJECT_TITLE_MAX)}, ${isMoved ? 'now ' : ''}${shortStart(event)}`
}

export type Place = Pick<
  EventFacts,
  'start_datetime' | 'end_datetime' | 'timezone' | 'location' | 'virtual_link'
>

/** What is different for an attendee, old and new. */
export function changesBetween(old: Place, event: Place): Fact[] {
  const facts: Fact[] = []
  const value = eventTimes(event)
  // The names of the zone are long, and said once when they are the same.
  const was = eventZone(old) === eventZone(event) ? localTimes(old) : eventTimes(old)
  if (eventTimes(old) !== value) facts.push({ label: 'When', value, was })
  if (!isSamePlace(old.location, event.location))
    facts.push({ label: 'Where', value: event.location ?? NO_PLACE, was: old.location ?? NO_PLACE })
  if (old.virtual_link !== event.virtual_link)
    facts.push({ ...joinFact(event.virtual_link), was: old.virtual_link ?? NO_LINK })
  return facts
}

const NO_PLACE = 'no place was named'
const NO_LINK = 'not online'

/** Links are http or https, which `online-link.rules.ts` sees to. */
const joinFact = (link: string | null): Fact => ({
  label: 'Join online',
  value: link ?? NO_LINK,
  href: link !== null && /^https?:\/\//i.test(link) ? link : undefined,
})

const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'code' }).format(amount)

/** Whether a mail is to the facilitator who leads the event now. */
export const leads = ({ leader_id }: Pick<EventFacts, 'leader_id'>, mail: { user_id: number }): boolean =>
  leader_id === mail.user_id

export const NO_LONGER_LEADS: Dropped = { dropped: 'The person does not lead the event any more.' }
