import { createHash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import ical, { foldLines, type ICalEventData, ICalEventStatus } from 'ical-generator'
import type { CalendarBooking, CalendarEvent } from './calendar.store.ts'

/**
 * Times are written as UTC: each is one moment, which a calendar shows in the zone of who looks. Zones would only be
 * needed for rules of recurrence, and an event of a series is an event of its own here.
 *
 * There is no METHOD: that would make the file a message about a meeting, with an organiser to answer to by e-mail.
 */
export function calendarOfEvent(event: CalendarEvent, installation: string): string {
  return `${ical({ prodId: PRODUCT, events: [toEntry(event, installation)] })}\r\n`
}

/**
 * Cancelled bookings stay in it as such, because calendars forget only what they are told to forget. A thousand entries take
 * longer than others may be kept waiting: they are written some at a time.
 */
export async function calendarOfBookings(bookings: CalendarBooking[], installation: string): Promise<Buffer> {
  const parts = [BEGIN]
  for (const [i, booking] of bookings.entries()) {
    parts.push(foldLines(ical().createEvent(toBookingEntry(booking, installation)).toString()))
    if (i % WRITTEN_AT_ONCE === WRITTEN_AT_ONCE - 1) await breathe()
  }
  return Buffer.from(`${parts.join('')}${END}`)
}

const WRITTEN_AT_ONCE = 20

const PRODUCT = { company: 'Stillpoint', product: 'Main API', language: 'EN' }
const REFRESH_SECONDS = 3_600

const END = 'END:VCALENDAR\r\n'
/** What comes before the entries. The library writes a name as it is: it has to be ours. */
const BEGIN = `${ical({ prodId: PRODUCT, name: 'Stillpoint', ttl: REFRESH_SECONDS })}\r\n`.slice(
  0,
  -END.length,
)

function toEntry(event: CalendarEvent, installation: string): ICalEventData {
  const { location, virtual_link } = event
  return {
    id: `event-${event.id}@${installation}.stillpoint`,
    sequence: event.sequence,
    // Without a METHOD the stamp is when the entry was last changed: the same file as long as nothing is.
    stamp: event.updated_at,
    created: event.created_at,
    lastModified: event.updated_at,
    start: event.start_datetime,
    end: event.end_datetime,
    summary: toText(event.title),
    description: describe(event),
    location: toText(location ?? virtual_link ?? '') || null,
    // The library escapes these two as if an address were text.
    url:
      URL.parse(virtual_link ?? '')
        ?.href.replaceAll(',', '%2C')
        .replaceAll(';', '%3B') ?? null,
    status: event.status === 'CANCELLED' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  }
}

function toBookingEntry({ event, ...booking }: CalendarBooking, installation: string): ICalEventData {
  const isCancelled = booking.status === 'CANCELLED'
  const changedAt = new Date(Math.max(booking.updated_at.getTime(), event.updated_at.getTime()))
  return {
    ...toEntry(event, installation),
    id: `booking-${booking.id}@${installation}.stillpoint`,
    sequence: event.sequence + (isCancelled ? 1 : 0),
    stamp: changedAt,
    created: booking.created_at,
    lastModified: changedAt,
    status: STATUS[booking.status],
  }
}

const STATUS = {
  PENDING: ICalEventStatus.TENTATIVE,
  CONFIRMED: ICalEventStatus.CONFIRMED,
  COMPLETED: ICalEventStatus.CONFIRMED,
  CANCELLED: ICalEventStatus.CANCELLED,
}

function describe(event: CalendarEvent): string {
  const { cancellation_reason, description, facilitator_name, requirements, virtual_link } = event
  const parts = [
    cancellation_reason && `Cancelled: ${cancellation_reason}`,
    description,
    `With ${facilitator_name}`,
    requirements && `Requirements: ${requirements}`,
    virtual_link,
  ]
  return toText(parts.filter(Boolean).join('\n\n'))
}

/** Without what would end a line of the file, or may not be in it. */
function toText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about.
  return text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')
}

/** Differs when the files of another release do, so that nobody keeps one that would be written otherwise today. */
export const FILE_FORMAT = createHash('sha256')
  .update(`${BEGIN}${ical().createEvent(sample())}`)
  .digest('base64url')

function sample(): ICalEventData {
  const at = new Date(0)
  const event = {
    ...{ id: 1, title: 'T', description: 'D', requirements: 'R', location: 'L', facilitator_name: 'F' },
    ...{ start_datetime: at, end_datetime: at, created_at: at, updated_at: at, sequence: 1 },
    ...{ virtual_link: 'https://example.com/', status: 'CANCELLED' as const, cancellation_reason: 'C' },
  }
  const booking = { id: 1, status: 'CONFIRMED' as const, created_at: at, updated_at: at, event }
  return toBookingEntry(booking, 'installation')
}
