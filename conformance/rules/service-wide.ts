import { type AreaChecks, type Check, contract, decision } from '../check.ts'
import type { Answer, Client, Request } from '../client.ts'
import { expectBody, expectCodedError, expectError, expectStatus, expectThat } from '../expect.ts'
import { object, text } from '../shape.ts'
import type { World } from '../world/world.ts'
import type { Service } from './every-endpoint.ts'

/** An endpoint with a body, and a caller who may use it. */
type Door = { path: string; client: (world: World) => Client }

const doors: Record<Service, Door> = {
  main: { path: '/api/auth/login', client: (world) => world.main },
  crm: { path: '/api/notify', client: (world) => world.staff },
}

const twoMegabytes = 2 * 1024 * 1024

/** Rules of a service: unreadable bodies, unknown paths, documentation. */
export function serviceWide(service: Service): AreaChecks {
  return {
    [`POST ${doors[service].path} (any body)`]: bodyRules(doors[service]),
    'any other request': strayRules(service, doors[service]),
    'GET /openapi.json, GET /docs': documentationRules(service),
  }
}

function bodyRules({ path, client }: Door): Check[] {
  const knock = (world: World, request: Request) => client(world).send('POST', path, request)
  const malformed = { raw: '{"email": ', headers: { 'content-type': 'application/json' } }
  return [
    contract('refuses malformed JSON', async (world) => {
      expectError(await knock(world, malformed), 400)
    }),
    decision('gives malformed JSON a code', async (world) => {
      expectCodedError(await knock(world, malformed), 400)
    }),
    decision('refuses JSON that is no object', async (world) => {
      for (const json of [[], 'text', 1, null]) expectCodedError(await knock(world, { json }), 400)
    }),
    decision('refuses a body that is not JSON with 415', async (world) => {
      const request = { raw: 'email=a', headers: { 'content-type': 'text/plain' } }
      expectCodedError(await knock(world, request), 415)
    }),
    decision('refuses a body of two megabytes with 413', async (world) => {
      const json = { notes: 'x'.repeat(twoMegabytes) }
      expectCodedError(await knock(world, { json, announced: true }), 413)
    }),
  ]
}

function strayRules(service: Service, { path, client }: Door): Check[] {
  return [
    contract('answers an unknown path with 404', async (world) => {
      expectError(await world[service].get('/api/no-such-path'), 404)
    }),
    decision('gives an unknown path a code', async (world) => {
      expectCodedError(await world[service].get('/api/no-such-path'), 404)
    }),
    decision('answers a wrong method with 405', async (world) => {
      expectCodedError(await client(world).send('DELETE', path), 405)
    }),
  ]
}

function documentationRules(service: Service): Check[] {
  return [
    decision('serves an OpenAPI 3.1 document', async (world) => {
      const answer = await world[service].get('/openapi.json')
      const { openapi } = expectBody(answer, 200, object({ openapi: text }))
      expectThat(answer, openapi.startsWith('3.1.'), 'openapi 3.1.x', openapi)
    }),
    ...['/docs', '/apidocs'].map((path) =>
      decision(`shows the documentation at ${path}`, async (world) => {
        const answer = await follow(world[service], path)
        expectStatus(answer, 200)
        const type = answer.headers['content-type'] ?? 'none'
        expectThat(answer, type.startsWith('text/html'), 'an HTML page', type)
      }),
    ),
  ]
}

/** Unlike the API, the documentation may redirect. */
async function follow(client: Client, path: string): Promise<Answer> {
  let answer = await client.get(path)
  for (let hops = 0; hops < 3 && answer.headers.location; hops++) {
    const target = new URL(answer.headers.location, answer.sent.url)
    answer = await client.get(target.pathname)
  }
  return answer
}
