import Type, { type Static } from 'typebox'
import { Id } from '#shared/http/schemas/schemas.ts'

/** The present seats of an event. */
export type LiveSeats = {
  event_id: number
  current_participants: number
  available_spots: number
  is_full: boolean
  waiting: number
}

export const LiveQuery = Type.Object({
  event_id: Type.Optional(Type.Integer({ ...Id, description: 'Only this event, with its seats at once.' })),
})

export const LiveHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ description: 'The last id that was heard: what has changed since comes first.' }),
  ),
})
export type LiveHeaders = Static<typeof LiveHeaders>
