import { createHash } from 'node:crypto'
import { setImmediate as yieldToRequests } from 'node:timers/promises'
import ical, { foldLines, ICalCalendarMethod, type ICalEventData, ICalEventStatus } from 'ical-generator'
import type { CalendarBooking, CalendarEvent } from './calendar.store.ts'

/**
 * Returns the iCalendar file of an event (decision 0012). Times are UTC: zones are only needed for recurrence rules, and
 * each event of a series is an entry of its own. Without METHOD, which would make the file a meeting request.
 */
export function calendarOfEvent(event: CalendarEvent, installation: string): string {
  return `${ical({ prodId: PRODUCT, events: [toEntry(event, installation)] })}\r\n`
}

/**
 * Returns the iCalendar file that a mail about a booking brings along, with the same UID as in the feed. `PUBLISH`, because a
 * request would ask for an answer; its organiser is who the mail is from (RFC 5546, 3.2.1).
 */
export function calendarForMail(
  booking: CalendarBooking,
  installation: string,
  organizer: { name: string; address: string },
): string {
  const entry = {
    ...toBookingEntry(booking, installation),
    organizer: { name: organizer.name, email: organizer.address },
  }
  return `${ical({ prodId: PRODUCT, method: ICalCalendarMethod.PUBLISH, events: [entry] })}\r\n`
}

/**
 * Returns the iCalendar file of a user's bookings. Cancelled ones stay in it as cancelled, since calendar programs may keep
 * entries that just disappear. Written in slices, so that a thousand entries do not block other requests.
 */
export async function calendarOfBookings(bookings: CalendarBooking[], installation: string): Promise<Buffer> {
  const parts = [BEGIN]
  for (const [i, booking] of bookings.entries()) {
    parts.push(foldLines(ical().createEvent(toBookingEntry(booking, installation)).toString()))
    if (i % ENTRIES_PER_TICK === ENTRIES_PER_TICK - 1) await yieldToRequests()
  }
  if (bookings.length === 0) parts.push(PLACEHOLDER)
  return Buffer.from(`${parts.join('')}${END}`)
}

const ENTRIES_PER_TICK = 20

const PRODUCT = { company: 'Stillpoint', product: 'Main API', language: 'EN' }
const REFRESH_SECONDS = 3_600

const END = 'END:VCALENDAR\r\n'
/** The header. The library does not escape `name`, so it must be a constant. */
const BEGIN = `${ical({ prodId: PRODUCT, name: 'Stillpoint', ttl: REFRESH_SECONDS })}\r\n`.slice(
  0,
  -END.length,
)

/** A calendar needs a component (RFC 5545, 3.6): one without bookings has a time zone, of which nothing is to be seen. */
const PLACEHOLDER = [
  'BEGIN:VTIMEZONE',
  'TZID:Etc/UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'TZNAME:UTC',
  'END:STANDARD',
  'END:VTIMEZONE',
  '',
].join('\r\n')

function toEntry(event: CalendarEvent, installation: string): ICalEventData {
  const { location, virtual_link, is_online } = event
  return {
    id: `event-${event.id}@${installation}.stillpoint`,
    sequence: event.sequence,
    // Without METHOD, DTSTAMP is the time of the last change (RFC 5545, 3.8.7.2), so an unchanged file stays the same.
    stamp: event.updated_at,
    created: event.created_at,
    lastModified: event.updated_at,
    start: event.start_datetime,
    end: event.end_datetime,
    summary: toText(event.title),
    description: describe(event),
    location: toText(location ?? virtual_link ?? (is_online ? 'Online' : '')) || null,
    // The library would escape commas and semicolons of the URL as if it were text.
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

/** Removes characters that would end a line or are not allowed. */
function toText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are to be removed.
  return text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')
}

/** Part of the ETag: changes with the format of the files, so that a release that writes them differently is noticed. */
export const FILE_FORMAT = createHash('sha256')
  .update(`${BEGIN}${PLACEHOLDER}${ical().createEvent(sample())}`)
  .digest('base64url')

function sample(): ICalEventData {
  const at = new Date(0)
  const event = {
    ...{ id: 1, title: 'T', description: 'D', requirements: 'R', location: 'L', facilitator_name: 'F' },
    ...{ start_datetime: at, end_datetime: at, created_at: at, updated_at: at, sequence: 1 },
    ...{
      virtual_link: 'https://example.com/',
      is_online: true,
      status: 'CANCELLED' as const,
      cancellation_reason: 'C',
    },
  }
  const booking = { id: 1, status: 'CONFIRMED' as const, created_at: at, updated_at: at, event }
  return toBookingEntry(booking, 'installation')
}
