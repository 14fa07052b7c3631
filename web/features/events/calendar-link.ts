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
  const { title, location, virtual_link } = event
  const url = new URL('https://calendar.google.com/calendar/render')
  const given = {
    action: 'TEMPLATE',
    text: cut(title, TITLE_MAX),
    dates: `${compact(event.start_datetime)}/${compact(event.end_datetime)}`,
    location: location ? cut(location, PLACE_MAX) : wholeOrNothing(virtual_link, PLACE_MAX),
  }
  for (const [name, value] of Object.entries(given)) if (value) url.searchParams.set(name, value)
  const left = LINK_MAX - url.href.length - '&details='.length
  const roomBefore = (rest: string[]) => left - encodedLength(['', ...rest].join(BREAK))
  const links = [wholeOrNothing(virtual_link, roomBefore([page])), page].filter((link) => link !== '')
  const description = cut(event.description ?? '', roomBefore(links))
  url.searchParams.set('details', [description, ...links].filter((part) => part !== '').join(BREAK))
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
