import { type AreaChecks, contract, decision } from '../check.ts'
import { unknownId } from '../contract/endpoints.ts'
import { event, eventAnswer, eventTypes } from '../contract/models.ts'
import { expectBody, expectError, expectThat, expectValues } from '../expect.ts'
import { pagedList } from '../rules/paged-list.ts'
import { documented } from '../shape.ts'
import { askForEvents, endsAfter, listEvents } from '../world/events.ts'
import { attendee } from '../world/people.ts'
import { openEvents } from '../world/seats.ts'
import { eventFilters } from './main-events.filters.ts'

export const mainEvents: AreaChecks = {
  'GET /api/events/': [
    contract('returns the event model with every documented field', async (world) => {
      const { answer, events } = await listEvents(world)
      expectThat(answer, events.length > 0, 'at least one event to look at', 'an empty list')
    }),
    contract('counts seats that add up', async (world) => {
      const { answer, events } = await listEvents(world)
      for (const { id, max_participants, current_participants, available_spots, is_full } of events) {
        const free = max_participants - current_participants
        const wanted = { id, available_spots: free, is_full: free === 0 }
        expectValues(answer, { id, available_spots, is_full }, wanted)
      }
    }),
    decision('orders events by start, then id', async (world) => {
      const { answer, events } = await listEvents(world)
      const ordered = events.toSorted(
        (a, b) => a.start_datetime.localeCompare(b.start_datetime) || a.id - b.id,
      )
      expectValues(answer, { ids: idsOf(events) }, { ids: idsOf(ordered) })
    }),
    decision('leaves out events that are over', async (world) => {
      const { answer, events } = await listEvents(world)
      // A minute of tolerance for different clocks.
      const over = events.filter((listed) => !endsAfter(listed, Date.now() - 60_000))
      expectValues(answer, { over: idsOf(over) }, { over: [] })
    }),
    ...eventFilters,
    ...pagedList('events', askForEvents),
  ],

  'GET /api/events/<event_id>': [
    contract('returns the same event model as the list', async (world) => {
      const listed = documented(event, (await openEvents(world))[0])
      const answer = await (await attendee(world)).api.get(`/api/events/${listed.id}`)
      // Others may take seats in the meantime.
      const { current_participants: _, available_spots: __, is_full: ___, ...lasting } = listed
      expectValues(answer, expectBody(answer, 200, eventAnswer).event, lasting)
    }),
    contract('answers 404 for an unknown event', async (world) => {
      expectError(await (await attendee(world)).api.get(`/api/events/${unknownId}`), 404)
    }),
  ],

  'GET /api/events/types': [
    contract('returns the two types with their keys and values', async (world) => {
      const answer = await (await attendee(world)).api.get('/api/events/types')
      const { event_types } = expectBody(answer, 200, eventTypes)
      const wanted = [
        { key: 'SESSION', value: 1 },
        { key: 'RETREAT', value: 2 },
      ]
      expectValues(answer, { event_types }, { event_types: wanted })
    }),
  ],
}

function idsOf(events: { id: number }[]): number[] {
  return events.map(({ id }) => id)
}
