import type { Event, Operations } from '#web/lib/api/contract.ts'

/** All events of a list, at most those of `pagesMax` pages. `read` reads one page, counted from 1. */
export async function readEventPages(
  read: (page: number) => Promise<Operations['GET /api/events/']['answer']>,
  pagesMax: number,
): Promise<Event[]> {
  const all: Event[] = []
  for (let page = 1; page <= pagesMax; page++) {
    const { events, pagination } = await read(page)
    all.push(...events)
    if (!pagination.has_next) break
  }
  return all
}
