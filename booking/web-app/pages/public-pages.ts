import type { BookingConfig } from '#booking/config.ts'
import type { PublicEvent } from '#booking/events/event.schema.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { Programme } from '#booking/programme/programme.service.ts'
import { cacheFile, type StaticFile } from '#shared/http/responses/static-files.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createSizedCache, ENTRY_BYTES, textBytes } from '#shared/lib/sized-cache.ts'
import { fromWireTime } from '#shared/lib/wire-time.ts'
import { eventJsonLd } from './event-json-ld.rules.ts'
import { summarise, wordsOf } from './event-words.rules.ts'
import type { Html } from './html.rules.ts'
import { addressOf, type Page } from './page-address.rules.ts'
import { headOf, type PageHead } from './page-head.rules.ts'
import type { PageTemplate } from './page-template.ts'
import { eventsText, eventText, facilitatorsText, facilitatorText, plainText } from './page-text.rules.ts'

export type PublicPageDeps = {
  config: Pick<BookingConfig, 'publicUrl' | 'currency'>
  clock: Clock
  caches: { events: EventCache }
  programme: Programme
}

/** The HTML of each page of the web app, with what can be read before its code runs. */
export type PublicPages = {
  /** Returns the page with its status: 404 for what is not there, with a page that says so. */
  render(page: Page | undefined): Promise<{ file: StaticFile; status: 200 | 404 }>
  /** Returns a page that says nothing of its contents: the app shows them. */
  plain(): StaticFile
}

type Written = { head: PageHead; text: Html }
/** `source`: everything the page was made of; another source makes another page. */
type Entry = { source: string; file: StaticFile; chars: number }

const KEPT_MAX_BYTES = 8 * 1024 * 1024
const KEPT_MS = 10 * 60_000
const NAME = 'Stillpoint'
const CLAIM = 'Sessions and retreats, led by experienced facilitators. See what is on and book your seat.'
/** A page that is short enough to be cached by the event cache (`LONG_PAGE_FROM`). */
const LISTED = { limit: 24, offset: 0 }
/** The first load of the start page should stay small; `/events` has them all. */
const LISTED_AT_HOME = { limit: 2, offset: 0 }
const FACILITATORS = { limit: 100, offset: 0 }

export function createPublicPages(deps: PublicPageDeps, template: PageTemplate): PublicPages {
  const { publicUrl: origin, currency } = deps.config
  const pages = createSizedCache<string, Entry>({
    maxBytes: KEPT_MAX_BYTES,
    keptMs: KEPT_MS,
    // With the compressed copy.
    bytesOf: ({ source, chars }) => textBytes(source) + 2 * chars + ENTRY_BYTES,
  })
  const fileOf = ({ head, text }: Written) =>
    cacheFile('page.html', template.fill(headOf(head, origin), text))
  const cached = (key: string, source: string, write: () => Written): StaticFile => {
    const known = pages.get(key)
    if (known?.source === source) return known.file
    const file = fileOf(write())
    pages.set(key, { source, file, chars: file.bytes.length })
    return file
  }
  const listEvents = async (facilitator_id?: number, slice = LISTED) => {
    const filter = { status: 'ACTIVE' as const, endsAfter: deps.clock.now(), facilitator_id }
    const { body } = await deps.caches.events.page(filter, slice, (events) => events, 'public')
    return { source: body, read: () => JSON.parse(body) as PublicEvent[] }
  }
  const app = fileOf({ head: { title: NAME, description: CLAIM }, text: plainText(NAME, NEEDS_SCRIPTS) })
  const missing = fileOf({
    head: { title: `Not found · ${NAME}`, description: CLAIM },
    text: plainText('This page is not here', 'The event may be over, or the link is wrong.'),
  })
  const found = (file: StaticFile) => ({ file, status: 200 as const })
  const notFound = { file: missing, status: 404 as const }

  const renderEvent = async (id: number) => {
    const known = await deps.programme.event(id)
    if (!known) return notFound
    const { event } = known
    const isOver = fromWireTime(event.end_datetime) <= deps.clock.now()
    return found(
      cached(addressOf.event(id), `${isOver} ${JSON.stringify(event)}`, () => ({
        head: eventHead(event, { origin, currency, isOver }),
        text: eventText(event, currency, isOver),
      })),
    )
  }
  const renderFacilitator = async (id: number) => {
    const facilitator = await deps.programme.facilitator(id)
    if (!facilitator) return notFound
    const events = await listEvents(id)
    return found(
      cached(addressOf.facilitator(id), JSON.stringify(facilitator) + events.source, () => ({
        head: {
          title: `${facilitator.name} · ${NAME}`,
          description: summarise(
            facilitator.bio || facilitator.specialization || `Events with ${facilitator.name}.`,
          ),
          path: addressOf.facilitator(id),
        },
        text: facilitatorText(facilitator, events.read(), currency),
      })),
    )
  }
  const renderEvents = async (kind: 'home' | 'events') => {
    const events = await listEvents(undefined, kind === 'home' ? LISTED_AT_HOME : LISTED)
    const title = kind === 'home' ? NAME : `Events · ${NAME}`
    return found(
      cached(kind, events.source, () => ({
        head: { title, description: CLAIM, path: addressOf[kind] },
        text: eventsText('What is on', events.read(), currency),
      })),
    )
  }
  const renderFacilitators = async () => {
    const { facilitators } = await deps.programme.facilitators(FACILITATORS)
    return found(
      cached('facilitators', JSON.stringify(facilitators), () => ({
        head: { title: `Facilitators · ${NAME}`, description: CLAIM, path: addressOf.facilitators },
        text: facilitatorsText(facilitators),
      })),
    )
  }
  return {
    plain: () => app,
    async render(page) {
      if (page === undefined) return notFound
      if (page.kind === 'event') return renderEvent(page.id)
      if (page.kind === 'facilitator') return renderFacilitator(page.id)
      if (page.kind === 'private') return found(app)
      return page.kind === 'facilitators' ? renderFacilitators() : renderEvents(page.kind)
    },
  }
}

function eventHead(event: PublicEvent, setting: Parameters<typeof eventJsonLd>[1]): PageHead {
  const { when, where, price } = wordsOf(event, setting.currency)
  return {
    title: `${event.status === 'CANCELLED' ? 'Cancelled: ' : ''}${event.title} · ${NAME}`,
    description: summarise(
      `${when} · ${where} · ${price}. ${event.description ?? `With ${event.facilitator.name}.`}`,
    ),
    path: addressOf.event(event.id),
    picture: { path: addressOf.cover(event.id), text: event.title },
    jsonLd: eventJsonLd(event, setting),
  }
}

const NEEDS_SCRIPTS = 'This page needs JavaScript: please allow it for this site.'
