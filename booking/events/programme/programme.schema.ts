import Type, { type Static } from 'typebox'
import { Event } from '#booking/events/event.schema.ts'

/** The public fields of an event: without `virtual_link`. */
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
    'parent_event_id',
  ],
  { title: 'ProgrammeEvent' },
)
export type ProgrammeEvent = Static<typeof ProgrammeEvent>

export const Programme = Type.Object({
  events: Type.Array(ProgrammeEvent, { description: 'The next six.' }),
})
