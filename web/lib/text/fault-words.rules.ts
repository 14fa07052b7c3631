import { longDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

/**
 * What the API says to programs, in the words of the pages: no names of fields, no numbers of rows, and dates as people write
 * them.
 */

/** Errors about the request as a whole that people do not understand, by their code. */
const SENTENCES: Record<string, string> = {
  not_found: 'This no longer exists.',
  bad_request: 'This page sent something wrong: reload it and try again.',
  bad_url: 'This page sent something wrong: reload it and try again.',
  malformed_json: 'This page sent something wrong: reload it and try again.',
  method_not_allowed: 'This page is out of date: reload it and try again.',
  route_not_found: 'This page is out of date: reload it and try again.',
  unsupported_media_type: 'This page sent something wrong: reload it and try again.',
  invalid_value: 'Something that you have entered cannot be saved: check it and try again.',
  conflict: 'Somebody else has changed this at the same moment: reload the page and try again.',
  invalid_token: 'You are no longer logged in: log in again.',
  database_unavailable: 'Stillpoint can read and save nothing right now: please try again in a moment.',
  stopping: 'Stillpoint is being restarted: please try again in a moment.',
  too_busy: 'Many people use Stillpoint right now: please try again in a moment.',
  crm_unavailable: 'The contacts cannot be reached right now: please try again in a moment.',
  demo_account:
    'Everybody knows the password of this demo account: ask the person who runs the server to set another one first.',
  idempotency_key_reused: 'This was sent before: reload the page to see whether you have a seat.',
  request_in_progress: 'Your first attempt is still on its way: wait a moment, then try again.',
  not_a_series: 'This event is not part of a series: choose “Only this one”.',
}

/** Whole messages, and what takes their place. */
const MESSAGES: [RegExp, string][] = [
  [/^No such [a-z ]+: check the id\.$/, 'This no longer exists.'],
  [/^(?:Send|must be) a JSON object.*/, 'Reload this page and try again.'],
  // What was typed.
  [/^(?:is required|must not be empty)$/, 'Please fill this in'],
  [
    /^must (?:be one line without|not contain) (?:control characters|NUL).*/,
    'This text has hidden characters: type it instead of pasting it',
  ],
  [/^must have something to be seen in it.*/, 'Enter something that can be seen, or leave this empty'],
  [/^must not have more than (\d+) characters?$/, 'Use at most $1 characters'],
  [/^must not have fewer than (\d+) characters?$/, 'Use at least $1 characters'],
  [/^must have (\d+) to (\d+) characters$/, 'Use $1 to $2 characters'],
  [/^must be (?:an? )?integer(?: or null)?$/, 'Enter a whole number'],
  [/^must be (?:an? )?number(?: or null)?$/, 'Enter a number'],
  [/^must be >= (\S+)$/, 'Must be $1 or more'],
  [/^must be <= (\S+)$/, 'Must be $1 or less'],
  [/^must be one of (.+)$/, 'Choose one of these: $1'],
  [/^must be a date, .*/, 'Enter a date'],
  [/^must be a time such as .*/, 'Enter a date and a time'],
  [/^must be DELETE$/, 'Type DELETE'],
  // Accounts.
  [/^must be an e-mail address such as (\S+), .*/, 'Enter an e-mail address such as $1'],
  [
    /^must not be one of the most common passwords$/,
    'This password is easy to guess: choose another one, such as three unrelated words',
  ],
  [/^is required: no account has .*/, 'There is no account with this address yet: enter a first password'],
  [/^is required: the account is taken over .*/, 'Enter a new password for the account'],
  [/^is required: sign in with Google .*/, 'Sign in with Google again'],
  [/^This account is closed: open it again first.*/, 'This account is closed: reopen it first.'],
  [
    /^This person is facilitator \d+ already, who .*/,
    'This person was a facilitator before: choose “Change” in the list of facilitators, and switch “Active” on.',
  ],
  [/^This person is facilitator \d+ already.*/, 'This person is a facilitator already.'],
  [
    /^(This person still leads \d+ \w+): .*/,
    '$1: cancel them first, or close the account and keep the events.',
  ],
  [/^Whether a facilitator is active .*/, 'Only an admin can activate or deactivate a facilitator.'],
  [/^Who no longer leads events .*/, 'Only an admin can see who no longer leads events.'],
  // Events.
  [/^must be in the future/, 'This time is in the past'],
  [/^must be after start_datetime/, 'The end must be after the start'],
  [/^must be at most (\d+) days after start_datetime/, 'The end must be at most $1 days after the start'],
  [/^must be an IANA time zone.*/, 'Choose a time zone from the list'],
  [/^must be the id of an event$/, 'This event is not here any more: choose another one'],
  [
    /^must be left out: other events are part of this one$/,
    'Other events are part of this one, so it cannot be part of another',
  ],
  [/^must be a whole number: (\w+) has no decimals$/, 'Enter a whole amount: $1 has no decimals'],
  [/^must have at most (\w+) decimals$/, 'Enter an amount with at most $1 decimals'],
  [/^must be an http:\/\/ or https:\/\/ address$/, 'Enter an address that begins with https://'],
  [/^must not contain a user name or password$/, 'Enter an address without a user name or password'],
  [/^must not lead into a private network.*/, 'Enter an address that every attendee can open'],
  [/^must have at most \d+ characters, with those outside of ASCII encoded$/, 'This address is too long'],
  [/^is required: an admin says whose event it is$/, 'Choose the facilitator'],
  [/^must be a facilitator who leads events$/, 'This facilitator no longer leads events: choose another one'],
  [
    /^There (?:are|is) (\d+) bookings? .*max_participants must be \d+ or more/,
    'There are $1 bookings already: the number of seats must be $1 or more',
  ],
  [/^(must be|is not) written as .*/, 'This could not be read: reload the page and try again'],
  // How they repeat.
  [/^must not have an UNTIL before start_datetime/, 'The last day must not be before the first event'],
  [/^must include the day of start_datetime .*/, 'The first event must be on a day on which it repeats'],
  [/^must make at most (\d+) events$/, 'These are more than $1 events: choose an earlier last day'],
  [/^must end before the year (\d+)$/, 'The last event must be before the year $1'],
  [
    /^must (?:be a recurrence|have (?:a FREQ|an INTERVAL|a BYDAY|one BYMONTHDAY|either a COUNT|a COUNT|an UNTIL)) .*/,
    'Check how often the event repeats, and when that ends',
  ],
]

const FIELDS: Record<string, string> = {
  title: 'title',
  location: 'place',
  requirements: 'what to bring',
  virtual_link: 'online link',
  start_datetime: 'start',
  end_datetime: 'end',
  timezone: 'time zone',
  recurrence: 'repetition',
  max_participants: 'number of seats',
  event_type: 'type',
  facilitator_id: 'facilitator',
  cancellation_deadline_hours: 'hours before the start',
  parent_event_id: 'part of',
  first_name: 'first name',
  last_name: 'last name',
  email: 'e-mail address',
  phone: 'phone number',
  current_password: 'current password',
  new_password: 'new password',
  specialization: 'what they do',
  experience_years: 'years of practice',
  bio: 'about them',
  notes: 'note',
  crm_status: 'stage',
  confirm: 'confirmation',
}

/** An error of a field, as a sentence. */
export function faultInWords(message: string): string {
  const text = capital(problemInWords(message))
  return `${text}${/[.!?]$/.test(text) ? '' : '.'}`
}

/** All errors of fields, for a form that has none of these fields. */
export const faultsInWords = (faults: readonly { field: string; message: string }[]): string =>
  faults.map(({ field, message }) => `${capital(nameOf(field))}: ${faultInWords(message)}`).join(' ')

/** Any message of the API. `code` is that of the error, without which only the message is looked at. */
export function problemInWords(message: string, code = ''): string {
  if (Object.hasOwn(SENTENCES, code)) return SENTENCES[code] ?? message
  const known = MESSAGES.find(([pattern]) => pattern.test(message))
  return (known ? message.replace(...known) : message)
    .replace(/\bevent \d+ of (?=\d{4}-)/, 'the event of ')
    .replaceAll(WIRE_TIME, (_, time: string) => timeInWords(time))
    .replace(/only (?=title, )/, 'only its ')
    .replaceAll(/\b(?:location|requirements)\b(?=[,.]| can)|\b[a-z]+(?:_[a-z]+)+\b/g, nameOf)
    .replace(/, (what to bring|[^,]+) can still change/, ' and $1 can still change')
}

const timeInWords = (time: string) => `${longDay(fromWire(time), new Date())}, ${timeOfDay(fromWire(time))}`

/** The API's times are UTC, which some messages say. */
const WIRE_TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?: UTC)?/g

/** What the pages call a field of the API. */
export const nameOf = (field: string): string => FIELDS[field] ?? field.replaceAll('_', ' ')

export const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
