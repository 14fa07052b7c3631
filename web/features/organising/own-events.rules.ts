import { oneOf, readNumber, readPage, readText, searchReader, toQuery } from '#web/lib/search-params.ts'

/** The parameters of the address of the list of own events. */
export type OwnEventsSearch = {
  when?: 'past' | 'cancelled'
  q?: string
  page?: number
  /** The form that is open. */
  write?: 'new' | 'edit' | 'copy'
  event?: number
}

export type OwnEvents = Pick<OwnEventsSearch, 'when' | 'q'> & { facilitator_id: number; page: number }

const PER_PAGE = 20

const read = searchReader<OwnEventsSearch>({
  when: oneOf('past', 'cancelled'),
  q: readText,
  page: readPage,
  write: oneOf('new', 'edit', 'copy'),
  event: readNumber,
})

/** `event` is only valid with `write` as `edit` or `copy`, which need it. */
export function readOwnEventsSearch(search: Record<string, unknown>): OwnEventsSearch {
  const all = read(search)
  const isOfOne = all.write === 'edit' || all.write === 'copy'
  if (isOfOne && all.event !== undefined) return all
  return { ...all, write: isOfOne ? undefined : all.write, event: undefined }
}

/** Upcoming events are those that are not over: what is on now is among them, cancelled events are not. */
export function toOwnQuery({ facilitator_id, when, q, page }: OwnEvents): string {
  const status = when === undefined ? 'active' : when === 'past' ? 'completed' : 'cancelled'
  return toQuery({ facilitator_id, status, search: q?.trim(), page, per_page: PER_PAGE })
}

/** The API lists the earliest event first; past events are shown latest first. */
export const pageFromTheEnd = (page: number, pages: number): number => Math.max(1, pages - page + 1)
