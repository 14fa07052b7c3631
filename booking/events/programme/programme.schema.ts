import Type, { type Static } from 'typebox'
import { Event } from '#booking/events/event.schema.ts'

/** An event as the street may see it: without the link that lets people in. */
export const ProgrammeEvent = Type.Pick(
  Event,
  [
    'id',
    'title',
    'event_type',
    'facilitator',
    'start_datetime',
    'end_datetime',
    'timezone',
    'location',
    'price',
    'available_spots',
    'is_full',
  ],
  { title: 'ProgrammeEvent' },
)
export type ProgrammeEvent = Static<typeof ProgrammeEvent>

export const Programme = Type.Object({
  events: Type.Array(ProgrammeEvent, { description: 'The next six.' }),
})
