import type { Database, Db } from '#booking/database/database.ts'
import * as eventListStore from '#booking/events/event-list.store.ts'
import { type OnlineLinks, withLink } from '#booking/events/online-links.ts'
import type { Account } from '#booking/identity/login/account.service.ts'
import { Credentials } from '#booking/identity/login/auth.schema.ts'
import type { CredentialAdmission } from '#booking/identity/login/credential-admission.ts'
import { requireAdmin } from '#booking/identity/sessions/authenticate.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import {
  CreateFacilitator,
  FacilitatorChanged,
  FacilitatorEvents,
  FacilitatorEventsQuery,
  FacilitatorLoggedIn,
  FacilitatorPage,
  FacilitatorQuery,
  OneFacilitator,
  UpdateFacilitator,
} from './facilitator.schema.ts'
import type { FacilitatorDeps } from './facilitator.service.ts'
import * as facilitators from './facilitator.service.ts'
import * as facilitatorStore from './facilitator.store.ts'

type FacilitatorRouteDeps = FacilitatorDeps & {
  db: Db
  databases: { reads: Reads<Database> }
  identity: { credentials: CredentialAdmission }
  queues: { links: OnlineLinks }
}

const tags = ['Facilitators']
const LISTED = ['active', 'all'] as const

const CREATED = 'Facilitator created successfully'
const TAKEN_OVER =
  'The account that had this e-mail address is now a facilitator and has the name and the password that you gave: tell its owner. Whoever used it before is logged out.'
const KEPT =
  'The account that had this e-mail address is now a facilitator and keeps its own name and password: make sure that it is theirs.'
const UNUSED = ' The password that you gave was not used.'

const appointed = (account: Account, password: string | undefined): string =>
  account === 'new' ? CREATED : account === 'taken_over' ? TAKEN_OVER : KEPT + (password ? UNUSED : '')

/** The route that needs no access token. */
export function facilitatorLoginRoute(app: App, deps: FacilitatorRouteDeps): void {
  app.post(
    '/api/facilitators/login',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Facilitator Login',
        body: Credentials,
        response: { 200: FacilitatorLoggedIn, ...errorResponses(401, 403, 429) },
      },
    },
    (request) =>
      deps.identity.credentials.runWithHash(request.ip, request.body.email, () =>
        facilitators.logIn(deps, request, request.body),
      ),
  )
}

export function facilitatorRoutes(app: App, deps: FacilitatorRouteDeps): void {
  app.get(
    '/api/facilitators/',
    {
      schema: {
        tags,
        summary: 'Get Facilitators',
        querystring: FacilitatorQuery,
        response: { 200: FacilitatorPage, ...errorResponses(401, 403) },
      },
    },
    async ({ caller, query }) => {
      const withFormer = readChoice('status', query.status, LISTED) === 'all'
      const { facilitators: listed, total } = await facilitators.list(
        deps,
        caller,
        withFormer,
        toSlice(query),
      )
      return { facilitators: listed, pagination: toPagination(query, total) }
    },
  )

  app.post(
    '/api/facilitators/',
    {
      onRequest: requireAdmin,
      schema: {
        tags,
        summary: 'Create Facilitator',
        description: 'Opens an account, or makes a facilitator of the account with this address. For admins.',
        body: CreateFacilitator,
        response: { 201: FacilitatorChanged, ...errorResponses(401, 403, 409) },
      },
    },
    async ({ caller, body }, reply) => {
      const { facilitator, account } = await facilitators.create(deps, caller, body)
      return reply.code(201).send({ message: appointed(account, body.password), facilitator })
    },
  )

  app.put(
    '/api/facilitators/:id',
    {
      schema: {
        tags,
        summary: 'Update Facilitator',
        description: 'For the facilitator and for admins. What is left out stays as it is.',
        params: IdParams,
        body: UpdateFacilitator,
        response: { 200: FacilitatorChanged, ...errorResponses(401, 403, 404, 409) },
      },
    },
    async ({ caller, params, body }) => ({
      message: 'Facilitator updated successfully',
      facilitator: await facilitators.update(deps, caller, params.id, body),
    }),
  )

  app.get(
    '/api/facilitators/:id',
    {
      schema: {
        tags,
        summary: 'Get Facilitator Details',
        params: IdParams,
        response: { 200: OneFacilitator, ...errorResponses(401, 404) },
      },
    },
    async ({ params }) => ({ facilitator: await facilitatorStore.get(deps.db, params.id) }),
  )

  app.get(
    '/api/facilitators/:id/events',
    {
      schema: {
        tags,
        summary: 'Get Facilitator Events',
        params: IdParams,
        querystring: FacilitatorEventsQuery,
        response: { 200: FacilitatorEvents, ...errorResponses(401, 404) },
      },
    },
    async ({ caller, params, query }) => {
      const facilitator = await facilitatorStore.get(deps.db, params.id)
      const filter = { facilitator_id: params.id }
      const { events, total } = await deps.databases.reads((db) =>
        eventListStore.list(db, filter, toSlice(query)),
      )
      const online = events.filter(({ event }) => event.is_online).map(({ event }) => event.id)
      const links = await deps.queues.links.find(caller, online)
      return {
        facilitator,
        events: events.map(({ event }) => withLink(event, links)),
        pagination: toPagination(query, total),
      }
    },
  )
}
