import { type Check, contract, decision } from '../check.ts'
import type { Answer, Client } from '../client.ts'
import { type Endpoint, nameOf, pathWith, unknownId } from '../contract/endpoints.ts'
import { expectCodedError, expectError, expectStatus, expectValues } from '../expect.ts'
import { newNotification } from '../world/notifications.ts'
import { attendee } from '../world/people.ts'
import type { World } from '../world/world.ts'

export type Service = 'main' | 'crm'

const notIds = ['0', '-1', '1.5', 'abc', '1e3', '2147483648', '99999999999999999999']

// A valid body, so that only the token or the id is wrong.
const validBodies: Record<string, () => object> = {
  'POST /api/bookings/': () => ({ event_id: unknownId }),
  'POST /api/notify': newNotification,
  'PUT /api/bookings/<booking_id>/status': () => ({ crm_status: 'contacted' }),
}

/** Rules of every endpoint: tokens, ids in the path, trailing slashes. */
export function rulesOf(service: Service, endpoint: Endpoint): Check[] {
  const hasId = endpoint.path.includes('<')
  return [
    ...(endpoint.needs === 'nothing' ? [] : tokenRules(service, endpoint)),
    ...(endpoint.needs === 'access token' ? [refuses('a refresh token', 'refresh token', endpoint)] : []),
    ...(endpoint.needs === 'refresh token' ? [refuses('an access token', 'access token', endpoint)] : []),
    ...(hasId ? [pathIdRule(service, endpoint)] : []),
    slashRule(service, endpoint),
  ]
}

function tokenRules(service: Service, endpoint: Endpoint): Check[] {
  return [
    contract('refuses a request without a token', async (world) => {
      expectError(await ask(world[service], endpoint), 401)
    }),
    contract('refuses a made-up token', async (world) => {
      expectError(await ask(world[service].as('made-up'), endpoint), 401)
    }),
    decision('names the Bearer scheme when it asks for a token', async (world) => {
      const answer = await ask(world[service], endpoint)
      expectCodedError(answer, 401)
      const [scheme] = (answer.headers['www-authenticate'] ?? '').split(/[ ,]/)
      expectValues(answer, { 'www-authenticate': scheme }, { 'www-authenticate': 'Bearer' })
    }),
  ]
}

function refuses(what: string, token: Endpoint['needs'], endpoint: Endpoint): Check {
  return decision(`refuses ${what}`, async (world) => {
    const client = await clientFor(world, 'main', token)
    expectCodedError(await ask(client, endpoint), 401)
  })
}

function pathIdRule(service: Service, endpoint: Endpoint): Check {
  return decision('answers 404 for an id that cannot be', async (world) => {
    const client = await clientFor(world, service, endpoint.needs)
    for (const notId of notIds) expectCodedError(await ask(client, endpoint, notId), 404)
  })
}

function slashRule(service: Service, endpoint: Endpoint): Check {
  return decision('answers alike with and without a trailing slash', async (world) => {
    const client = await clientFor(world, service, endpoint.needs)
    const { path } = endpoint
    const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
    const documented = await askHarmlessly(client, endpoint)
    const answer = await askHarmlessly(client, { ...endpoint, path: other })
    expectStatus(answer, documented.status)
    // Both an unknown path and an unknown id are 404; only the code differs.
    expectValues(answer, { code: codeOf(answer) }, { code: codeOf(documented) })
  })
}

function ask(client: Client, endpoint: Endpoint, id: number | string = unknownId): Promise<Answer> {
  const body = validBodies[nameOf(endpoint)]
  return client.send(endpoint.method, pathWith(endpoint.path, id), body ? { json: body() } : {})
}

/** With an empty body, so that comparing two forms of a path changes nothing. */
function askHarmlessly(client: Client, { method, path }: Endpoint): Promise<Answer> {
  return client.send(method, pathWith(path, unknownId), method === 'POST' ? { json: {} } : {})
}

async function clientFor(world: World, service: Service, needs: Endpoint['needs']): Promise<Client> {
  if (needs === 'nothing') return world[service]
  if (needs === 'crm token') return world.staff
  const { accessToken, refreshToken } = await attendee(world)
  return world[service].as(needs === 'access token' ? accessToken : refreshToken)
}

function codeOf(answer: Answer): unknown {
  return (answer.json as { code?: unknown } | undefined)?.code
}
