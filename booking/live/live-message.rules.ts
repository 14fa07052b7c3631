import { PIECE_MAX_CHARS } from '#shared/http/streams/event-stream.ts'

/** What there is to tell of an event; with `user_id`, to this user only. */
export type News = { event: string; json: string; event_id: number; user_id?: number }

type Wish = { user_id: number; event_id: number | undefined }

const RELOAD = 'reload'

/** Stands for a change of the event that is too much to be told. */
export const reloadOf = (event_id: number): News => ({ event: RELOAD, json: '{}', event_id })

/**
 * What somebody is told in one piece. More than they could take at once is told in one word: it is less for both sides
 * when they read again what they look at. What is only for them is told in any case.
 */
export function composePiece({ user_id, event_id }: Wish, news: News[]): Pick<News, 'event' | 'json'>[] {
  const own = news.filter(
    (each) =>
      (each.user_id === undefined || each.user_id === user_id) &&
      (event_id === undefined || each.event_id === event_id),
  )
  const chars = own.reduce((sum, { json }) => sum + json.length, 0)
  const isTooMuch = own.some(({ event }) => event === RELOAD) || (own.length > 1 && chars > PIECE_MAX_CHARS)
  if (!isTooMuch) return own
  const personal = own.filter((each) => each.user_id !== undefined)
  return [...personal, { event: RELOAD, json: '{}' }]
}
