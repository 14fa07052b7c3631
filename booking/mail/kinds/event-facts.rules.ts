import { eventTimes } from '#booking/events/event-times.rules.ts'
import type { Fact } from '#booking/mail/letters/letter.ts'
import type { BookingFacts, EventFacts } from './mail-facts.store.ts'

/** What an attendee has to know. `hasSeat`: only then the link to join is among it. */
export function factsOf(
  event: EventFacts,
  { hasSeat, booking, currency }: { hasSeat: boolean; booking?: BookingFacts; currency?: string },
): Fact[] {
  const { location, virtual_link, requirements } = event
  const isDue = currency !== undefined && event.price > 0 && booking?.payment_status === 'pending'
  return [
    { label: 'What', value: event.title },
    { label: 'When', value: eventTimes(event) },
    ...(location ? [{ label: 'Where', value: location }] : []),
    ...(hasSeat && virtual_link ? [joinFact(virtual_link)] : []),
    { label: 'With', value: event.facilitator_name },
    ...(isDue ? [{ label: 'To pay', value: money(event.price, currency) }] : []),
    ...(hasSeat && requirements ? [{ label: 'Please note', value: requirements }] : []),
  ]
}

export type Place = Pick<
  EventFacts,
  'start_datetime' | 'end_datetime' | 'timezone' | 'location' | 'virtual_link'
>

/** What is different for an attendee, old and new. */
export function changesBetween(old: Place, event: Place): Fact[] {
  const facts: Fact[] = []
  const [was, value] = [eventTimes(old), eventTimes(event)]
  if (was !== value) facts.push({ label: 'When', value, was })
  if (old.location !== event.location)
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
