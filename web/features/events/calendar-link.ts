import type { Event } from '#web/lib/api/contract.ts'

type Shown = Pick<
  Event,
  'title' | 'description' | 'start_datetime' | 'end_datetime' | 'location' | 'virtual_link'
>

/** As long as browsers, mail programs and Google take without fail, in characters of the encoded address. */
const LINK_MAX = 2_000
const TITLE_MAX = 400
const PLACE_MAX = 500
const BREAK = '\n\n'
const ELLIPSIS = '…'

/**
 * An address of Google Calendar that opens a new entry with these values, 2,000 characters long at most. `page`: the
 * address of the event's page, which ends the description and has what was cut from it.
 */
export function googleCalendarLink(event: Shown, page: string): string {
  const given = {
    action: 'TEMPLATE',
    text: cut(event.title, TITLE_MAX),
    dates: `${compact(event.start_datetime)}/${compact(event.end_datetime)}`,
    location: placeOf(event),
  }
  return described('https://calendar.google.com/calendar/render', given, 'details', event, page)
}

/** The same for Outlook on the web. */
export function outlookCalendarLink(event: Shown, page: string): string {
  const given = {
    path: '/calendar/action/compose',
    rru: 'addevent',
    subject: cut(event.title, TITLE_MAX),
    startdt: `${event.start_datetime}Z`,
    enddt: `${event.end_datetime}Z`,
    location: placeOf(event),
  }
  return described('https://outlook.live.com/calendar/0/action/compose', given, 'body', event, page)
}

const placeOf = ({ location, virtual_link }: Shown) =>
  location ? cut(location, PLACE_MAX) : wholeOrNothing(virtual_link, PLACE_MAX)

/** The address with these values, and as much of the description under `name` as fits. */
function described(
  address: string,
  given: Record<string, string>,
  name: string,
  { description, virtual_link }: Shown,
  page: string,
): string {
  const url = new URL(address)
  for (const [key, value] of Object.entries(given)) if (value) url.searchParams.set(key, value)
  const left = LINK_MAX - url.href.length - `&${name}=`.length
  const roomBefore = (rest: string[]) => left - encodedLength(['', ...rest].join(BREAK))
  const links = [wholeOrNothing(virtual_link, roomBefore([page])), page].filter((link) => link !== '')
  const words = cut(description ?? '', roomBefore(links))
  url.searchParams.set(name, [words, ...links].filter((part) => part !== '').join(BREAK))
  return url.href
}

const compact = (wire: string) => `${wire.replaceAll(/[-:]/g, '')}Z`

const encodedLength = (text: string) => new URLSearchParams({ '': text }).toString().length - '='.length

/** As much of the text as fits when it is encoded. What people see as one character stays whole. */
function cut(text: string, max: number): string {
  if (encodedLength(text) <= max) return text
  let left = max - encodedLength(ELLIPSIS)
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= encodedLength(segment)
    if (left < 0) break
    kept += segment
  }
  return kept === '' ? '' : `${kept.trimEnd()}${ELLIPSIS}`
}

/** A link that is cut leads nowhere. */
const wholeOrNothing = (link: string | null, max: number) =>
  link !== null && encodedLength(link) <= max ? link : ''
