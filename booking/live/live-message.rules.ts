import { CHUNK_MAX_CHARS } from '#shared/http/streams/event-stream.ts'

/**
 * A change of an event; with `user_id`, for this user only. `linked`: what those who may have the online link read instead.
 */
export type Change = {
  event: string
  json: string
  event_id: number
  user_id?: number
  linked?: { user_ids: ReadonlySet<number>; json: string }
}

type Subscription = { user_id: number; event_id: number | undefined }

const RELOAD = 'reload'

/** Stands for changes of the event that are too large to be sent. */
export const reloadOf = (event_id: number): Change => ({ event: RELOAD, json: '{}', event_id })

/**
 * Returns the messages for one subscriber. When they exceed `PIECE_MAX_CHARS`, they become one `reload`, since reading
 * again what is shown costs both sides less. Personal changes are always sent.
 */
export function composeMessages(
  { user_id, event_id }: Subscription,
  changes: Change[],
): Pick<Change, 'event' | 'json'>[] {
  const own = changes.filter(
    (each) =>
      (each.user_id === undefined || each.user_id === user_id) &&
      (event_id === undefined || each.event_id === event_id),
  )
  const chars = own.reduce((sum, { json }) => sum + json.length, 0)
  const isTooMuch = own.some(({ event }) => event === RELOAD) || (own.length > 1 && chars > CHUNK_MAX_CHARS)
  if (!isTooMuch)
    return own.map((each) =>
      each.linked?.user_ids.has(user_id) ? { ...each, json: each.linked.json } : each,
    )
  const personal = own.filter((each) => each.user_id !== undefined)
  return [...personal, { event: RELOAD, json: '{}' }]
}
