import { queryOptions } from '@tanstack/react-query'
import { keys } from '../query-keys.ts'
import { toQuery } from '../search-params.ts'
import { readEvent, readEvents } from './open-reads.ts'

export const eventQuery = (id: number) =>
  queryOptions({
    queryKey: keys.events.one(id),
    queryFn: ({ signal }) => readEvent(id, signal),
  })

/** More than any retreat has. */
const PARTS_MAX = 100

/** The events that are part of another and not over, as the sessions of a retreat. */
export const partsQuery = (parent_event_id: number) =>
  queryOptions({
    queryKey: keys.events.parts(parent_event_id),
    queryFn: ({ signal }) => readEvents(toQuery({ parent_event_id, per_page: PARTS_MAX }), signal),
  })
