import { oneOf, readNumber, readPage, readText, searchReader, toQuery } from '#web/lib/search-params.ts'

/** Which of the events that somebody runs are looked at; stands in the address. */
export type OwnEventsSearch = {
  when?: 'past' | 'cancelled'
  q?: string
  page?: number
  /** What is being written: a new event, one that changes, or a copy of one. */
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

/** Which event is written only says something beside how, and the other way round. */
export function readOwnEventsSearch(search: Record<string, unknown>): OwnEventsSearch {
  const all = read(search)
  const isOfOne = all.write === 'edit' || all.write === 'copy'
  if (isOfOne && all.event !== undefined) return all
  return { ...all, write: isOfOne ? undefined : all.write, event: undefined }
}

/** To come is what has not begun before today: who runs an event still needs it while it is on. */
export function toOwnQuery({ facilitator_id, when, q, page }: OwnEvents, today: Date): string {
  const begin = today.toISOString().slice(0, 19)
  const wanted = {
    past: { status: 'completed', to: begin },
    cancelled: { status: 'cancelled' },
    next: { status: 'all', from: begin },
  }[when ?? 'next']
  return toQuery({ facilitator_id, ...wanted, search: q?.trim(), page, per_page: PER_PAGE })
}

/** The API lists the earliest first; what is over is looked at from its end. */
export const pageFromTheEnd = (page: number, pages: number): number => Math.max(1, pages - page + 1)
