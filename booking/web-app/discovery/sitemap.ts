import type { Database } from '#booking/database/database.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import { cacheFile, type StaticFile } from '#shared/http/responses/static-files.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createReadCache } from '#shared/lib/read-cache.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { addressOf } from '../pages/page-address.rules.ts'
import * as sitemapStore from './sitemap.store.ts'

/** The addresses of all public pages (sitemaps.org): one file, or with many events an index and several. */
export type Sitemap = {
  /** Returns `/sitemap.xml`. */
  root(): Promise<StaticFile>
  /** Returns one of the files of the index; undefined when there is none. */
  part(name: string): Promise<StaticFile | undefined>
}

type SitemapDeps = { clock: Clock; databases: { reads: Reads<Database> } }

/** Together at most 50,000 addresses a file, which is the format's limit. */
const EVENTS_MAX = 40_000
const FACILITATORS_MAX = 9_000
const FRESH_MS = 10 * 60_000
/** A full file has some 5 MB. */
const KEPT_MAX_BYTES = 12 * 1024 * 1024
const PAGES = 'pages'

export function createSitemap(
  { clock, databases: { reads } }: SitemapDeps,
  origin: string,
  eventsMax = EVENTS_MAX,
): Sitemap {
  const files = createReadCache<StaticFile>(clock, {
    maxBytes: KEPT_MAX_BYTES,
    freshMs: FRESH_MS,
    bytesOf: ({ bytes }) => bytes.length,
  })
  const now = () => clock.now()
  const listParts = () => reads((db) => sitemapStore.listParts(db, now(), eventsMax))
  const pages = async () => {
    const facilitators = await reads((db) => sitemapStore.listFacilitators(db, FACILITATORS_MAX))
    const paths = [
      addressOf.home,
      addressOf.events,
      addressOf.facilitators,
      ...facilitators.map(addressOf.facilitator),
    ]
    return paths.map((path) => address(origin + path))
  }
  const events = async (part: number) => {
    const listed = await reads((db) => sitemapStore.listPart(db, now(), eventsMax, part))
    return listed.map(({ id, changed_at }) => address(origin + addressOf.event(id), changed_at))
  }
  return {
    root: () =>
      files.read('root', async () => {
        const parts = await listParts()
        if (parts.length <= 1) return urlset([...(await pages()), ...(await events(parts[0] ?? 0))])
        const names = [PAGES, ...parts.map(String)]
        return file(
          'sitemapindex',
          names.map((name) => `<sitemap><loc>${origin}/sitemap/${name}.xml</loc></sitemap>`),
        )
      }),
    async part(name) {
      if (name === PAGES) return files.read(name, async () => urlset(await pages()))
      const part = Number(name)
      const isListed = /^\d{1,6}$/.test(name) && (await listParts()).includes(part)
      return isListed ? files.read(name, async () => urlset(await events(part))) : undefined
    },
  }
}

/** Addresses have no sign that XML would read otherwise: PUBLIC_URL is an origin, ids are numbers. */
const address = (url: string, changedAt?: Date) =>
  `<url><loc>${url}</loc>${changedAt ? `<lastmod>${toWireTime(changedAt)}Z</lastmod>` : ''}</url>`

const urlset = (entries: string[]) => file('urlset', entries)

function file(root: string, entries: string[]): StaticFile {
  return cacheFile(
    'sitemap.xml',
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join('\n')}\n</${root}>\n`,
  )
}
