import { hasCode } from '../api/api-error.ts'
import { call } from '../api/call.ts'
import type { Event, Operations, ProgrammeEvent } from '../api/contract.ts'
import * as session from '../api/session.ts'
import type { useSession } from '../api/use-session.ts'

/**
 * Reads of what is public. Somebody with a session reads the routes for accounts, which tell them more: online links, and why an event
 * was cancelled. Everybody else reads the public programme, in the same shapes. All throw `ApiError`.
 */

type Read<T> = Promise<T>

export const readEvents = (
  query: string,
  signal: AbortSignal,
): Read<Operations['GET /api/events/']['answer']> =>
  either(
    () => call('GET /api/events/', { query, signal }),
    async () => {
      const page = await call('GET /api/programme', { query, signal })
      return { ...page, events: page.events.map(toEvent) }
    },
  )

export const readEvent = (id: number, signal: AbortSignal): Read<{ event: Event }> =>
  either(
    () => call('GET /api/events/{id}', { params: { id }, signal }),
    async () => {
      const { event } = await call('GET /api/programme/{id}', { params: { id }, signal })
      return { event: toEvent(event) }
    },
  )

export const readFacilitators = (
  query: string,
  signal: AbortSignal,
): Read<Operations['GET /api/facilitators/']['answer']> =>
  either(
    () => call('GET /api/facilitators/', { query, signal }),
    () => call('GET /api/programme/facilitators', { query, signal }),
  )

export const readFacilitator = (
  id: number,
  signal: AbortSignal,
): Read<Operations['GET /api/facilitators/{id}']['answer']> =>
  either(
    () => call('GET /api/facilitators/{id}', { params: { id }, signal }),
    () => call('GET /api/programme/facilitators/{id}', { params: { id }, signal }),
  )

/** How often the seats of an event are read again, in milliseconds: live updates need an account. */
export const openReadsIntervalMs = (current: ReturnType<typeof useSession>): number | false =>
  current ? false : 30_000

async function either<T>(own: () => Promise<T>, open: () => Promise<T>): Promise<T> {
  if (!session.get()) return open()
  try {
    return await own()
  } catch (error) {
    // The session has ended meanwhile: what is public stays readable.
    if (!hasCode(error, 'invalid_token')) throw error
    return open()
  }
}

const toEvent = (event: ProgrammeEvent): Event => ({ ...event, virtual_link: null })
