import { longDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

/**
 * What the API says to programs, in the words of the pages: no names of fields, no numbers of rows, and dates as people write
 * them.
 */

/** Whole messages, and what takes their place. */
const MESSAGES: [RegExp, string][] = [
  [/^must be in the future/, 'This time is in the past'],
  [/^must be after start_datetime/, 'The end must be after the start'],
  [/^must be at most (\d+) days after start_datetime/, 'The end must be at most $1 days after the start'],
  [/^must not have an UNTIL before start_datetime/, 'The last day must not be before the first event'],
  [/^must be a time such as .*/, 'Enter a date and a time'],
  [/^must be an IANA time zone.*/, 'Choose a time zone from the list'],
  [/^is required$/, 'Please fill this in'],
  [/^must (?:be an? )?(?:integer|number)(?: or null)?$/, 'Enter a number'],
  [/^must be >= (\S+)$/, 'Must be $1 or more'],
  [/^must be <= (\S+)$/, 'Must be $1 or less'],
  [
    /^There (?:are|is) (\d+) bookings? .*max_participants must be \d+ or more/,
    'There are $1 bookings already: the number of seats must be $1 or more',
  ],
]

const FIELDS: Record<string, string> = {
  title: 'title',
  location: 'place',
  requirements: 'what to bring',
  virtual_link: 'online link',
  start_datetime: 'start',
  end_datetime: 'end',
  max_participants: 'number of seats',
  event_type: 'type',
  facilitator_id: 'facilitator',
  cancellation_deadline_hours: 'hours before the start',
  first_name: 'first name',
  last_name: 'last name',
  current_password: 'current password',
  new_password: 'new password',
}

/** An error of a field, as a sentence. */
export function faultInWords(message: string): string {
  const text = problemInWords(message)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}

/** All errors of fields, for a form that has none of these fields. */
export const faultsInWords = (faults: readonly { field: string; message: string }[]): string =>
  faults.map(({ field, message }) => `${nameOf(field)}: ${faultInWords(message)}`).join(' ')

/** Any message of the API. */
export function problemInWords(message: string): string {
  const known = MESSAGES.find(([pattern]) => pattern.test(message))
  return (known ? message.replace(...known) : message)
    .replace(/\bevent \d+ of (?=\d{4}-)/, 'the event of ')
    .replaceAll(WIRE_TIME, timeInWords)
    .replace(/only (?=title, )/, 'only its ')
    .replaceAll(/\b(?:location|requirements)\b(?=[,.]| can)|\b[a-z]+(?:_[a-z]+)+\b/g, nameOf)
    .replace(/, (what to bring|[^,]+) can still change/, ' and $1 can still change')
}

const timeInWords = (time: string) => `${longDay(fromWire(time), new Date())}, ${timeOfDay(fromWire(time))}`

const WIRE_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g

/** What the pages call a field of the API. */
export const nameOf = (field: string): string => FIELDS[field] ?? field.replaceAll('_', ' ')
