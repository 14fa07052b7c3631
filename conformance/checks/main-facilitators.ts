import { type AreaChecks, contract, decision } from '../check.ts'
import type { Answer, Query } from '../client.ts'
import { unknownId } from '../contract/endpoints.ts'
import {
  eventList,
  eventPage,
  facilitatorAnswer,
  facilitatorLogin,
  facilitatorPage,
  facilitator as model,
} from '../contract/models.ts'
import {
  expectBody,
  expectCodedError,
  expectError,
  expectShape,
  expectStatus,
  expectThat,
  expectValues,
} from '../expect.ts'
import { pagedList } from '../rules/paged-list.ts'
import { documented, list, object } from '../shape.ts'
import { attendee, facilitator, newRegistration } from '../world/people.ts'
import { openEvents } from '../world/seats.ts'
import type { World } from '../world/world.ts'

export const mainFacilitators: AreaChecks = {
  'GET /api/facilitators/': [
    contract('returns facilitators and their pagination', async (world) => {
      const answer = await get(world, '/api/facilitators/')
      const { facilitators } = expectBody(answer, 200, facilitatorPage)
      expectThat(answer, facilitators.length > 0, 'at least one facilitator', 'an empty list')
    }),
    decision('returns the facilitator model, all of them active', async (world) => {
      const answer = await get(world, '/api/facilitators/')
      const { facilitators } = expectBody(answer, 200, object({ facilitators: list(model) }))
      expectThat(
        answer,
        facilitators.every((one) => one.is_active),
        'only active facilitators',
      )
    }),
    ...pagedList('facilitators', (world, query) => get(world, '/api/facilitators/', query)),
  ],

  'GET /api/facilitators/<facilitator_id>': [
    contract('returns the facilitator of an event', async (world) => {
      const [{ facilitator }] = await openEvents(world)
      const answer = await get(world, `/api/facilitators/${facilitator.id}`)
      expectValues(answer, expectBody(answer, 200, facilitatorAnswer), {
        facilitator: { id: facilitator.id },
      })
    }),
    contract('answers 404 for an unknown facilitator', async (world) => {
      expectError(await get(world, `/api/facilitators/${unknownId}`), 404)
    }),
    decision('returns the facilitator model, named as in the event', async (world) => {
      const [{ facilitator }] = await openEvents(world)
      const { id, name, bio } = facilitator
      const answer = await get(world, `/api/facilitators/${id}`)
      const body = expectBody(answer, 200, object({ facilitator: model }))
      expectValues(answer, documented(model, body.facilitator), { id, name, bio })
    }),
  ],

  'GET /api/facilitators/<facilitator_id>/events': [
    contract('returns event models, all of this facilitator', async (world) => {
      const [{ facilitator }] = await openEvents(world)
      const answer = await get(world, `/api/facilitators/${facilitator.id}/events`)
      const { events } = expectBody(answer, 200, eventList)
      expectThat(answer, events.length > 0, 'at least one event', 'an empty list')
      const owners = [...new Set(events.map((event) => event.facilitator.id))]
      expectValues(answer, { owners }, { owners: [facilitator.id] })
    }),
    contract('answers 404 for an unknown facilitator', async (world) => {
      expectError(await get(world, `/api/facilitators/${unknownId}/events`), 404)
    }),
  ],

  'POST /api/facilitators/login': [
    contract('returns the user, the facilitator and two tokens', async (world) => {
      const { id } = await facilitator(world)
      const answer = await world.main.post('/api/facilitators/login', world.facilitatorCredentials)
      expectValues(answer, expectBody(answer, 200, facilitatorLogin), { facilitator: { id } })
    }),
    contract('issues a token that opens the events', async (world) => {
      const { api } = await facilitator(world)
      expectBody(await api.get('/api/events/'), 200, eventPage)
    }),
    contract('refuses an unknown e-mail with 401', async ({ main }) => {
      const { email, password } = newRegistration()
      expectError(await main.post('/api/facilitators/login', { email, password }), 401)
    }),
    contract('refuses an empty body', async ({ main }) => {
      expectError(await main.post('/api/facilitators/login', {}), 400)
    }),
    decision('returns the facilitator model', async (world) => {
      await facilitator(world)
      const answer = await world.main.post('/api/facilitators/login', world.facilitatorCredentials)
      expectStatus(answer, 200)
      expectShape(answer, object({ facilitator: model }))
    }),
    decision('answers 403 to an account that is no facilitator', async (world) => {
      const { user, password } = await attendee(world)
      const answer = await world.main.post('/api/facilitators/login', { email: user.email, password })
      expectCodedError(answer, 403)
    }),
  ],
}

async function get(world: World, path: string, query?: Query): Promise<Answer> {
  return (await attendee(world)).api.get(path, query)
}
