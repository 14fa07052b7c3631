import type { PublicEvent } from '#booking/events/event.schema.ts'
import { localTime } from './event-words.rules.ts'
import { addressOf } from './page-address.rules.ts'

/** What search engines and previews need besides the event. `origin`: of absolute addresses, undefined when it is not known. */
export type Setting = { origin: string | undefined; currency: string; isOver: boolean }

const SCHEMA = 'https://schema.org'

/** Returns the event as schema.org describes it. Never with the link of an online event. */
export function eventJsonLd(event: PublicEvent, { origin, currency, isOver }: Setting): object {
  const at = (path: string) => (origin === undefined ? {} : { url: `${origin}${path}` })
  const address = at(addressOf.event(event.id))
  const person = {
    '@type': 'Person',
    name: event.facilitator.name,
    ...at(addressOf.facilitator(event.facilitator.id)),
  }
  const isOffered = event.status === 'ACTIVE' && !isOver
  return {
    '@context': SCHEMA,
    '@type': 'Event',
    name: event.title,
    ...(event.description && { description: event.description }),
    startDate: localTime(event.start_datetime, event),
    endDate: localTime(event.end_datetime, event),
    eventStatus: `${SCHEMA}/${event.status === 'CANCELLED' ? 'EventCancelled' : 'EventScheduled'}`,
    eventAttendanceMode: `${SCHEMA}/${attendanceMode(event)}`,
    location: placesOf(event, address),
    ...(origin !== undefined && { image: [`${origin}${addressOf.cover(event.id)}`] }),
    organizer: person,
    performer: person,
    maximumAttendeeCapacity: event.max_participants,
    ...(isOffered && {
      offers: {
        '@type': 'Offer',
        price: event.price,
        priceCurrency: currency,
        availability: `${SCHEMA}/${event.is_full ? 'SoldOut' : 'InStock'}`,
        validFrom: localTime(event.created_at, event),
        ...address,
      },
    }),
    ...address,
  }
}

function attendanceMode({ is_online, location }: PublicEvent): string {
  if (!is_online) return 'OfflineEventAttendanceMode'
  return location ? 'MixedEventAttendanceMode' : 'OnlineEventAttendanceMode'
}

function placesOf({ is_online, location }: PublicEvent, address: { url?: string }): object | object[] {
  const place = {
    '@type': 'Place',
    name: location ?? 'To be announced',
    address: location ?? 'To be announced',
  }
  // A virtual location needs an address: those who have booked find the link on the event's page.
  const online = { '@type': 'VirtualLocation', ...address }
  if (!is_online) return place
  return location ? [place, online] : online
}
