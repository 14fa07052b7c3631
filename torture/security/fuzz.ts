import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { FUZZ_USER } from '#harness/attacks/arbitrary-request.ts'
import { type FuzzReport, fuzz, type Target } from '#harness/attacks/fuzz.ts'
import { describeCounts, thousands } from '#harness/load/figures.ts'
import { queryMain } from '#harness/world/main-database.ts'
import { CRM_TOKEN, inWorld } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

const PER_OPERATION = 2_000
/** What needs Google, or a secret that is shown only once, cannot succeed here. */
const OUT_OF_REACH = ['POST /api/auth/google-login', 'GET /api/bookings/calendar.ics']

export const proof: Proof = {
  name: 'fuzz',
  row: 'S1',
  claim: 'Whatever is sent to any operation of either service, the answer is one that its OpenAPI describes.',
  run({ quick, seed, log }) {
    const plan = { groups: [{ people: 2, events: 50, capacity: 20 }] }
    return inWorld(plan, async (world) => {
      const { api, crm, group } = world
      await call(api.url, 'POST', '/api/auth/register', FUZZ_USER)
      await queryMain(
        world,
        `insert into facilitators (user_id, first_name, last_name) select id, first_name, last_name from users where email = '${FUZZ_USER.email}'`,
      )
      const [admin = { id: 0, token: '' }] = group.people
      await queryMain(world, `update users set is_admin = true where id = ${admin.id}`)
      // Something to wait for.
      await queryMain(world, 'update events set current_participants = max_participants where id % 4 = 0')
      const pids = [api.pid(), crm.pid()]
      const reports = await Promise.all([
        fuzzService('booking', api.url, admin.token, quick, seed),
        fuzzService('crm', crm.url, CRM_TOKEN, quick, seed),
      ])
      const faults = reports.flatMap((report) => report.faults)
      // By chance, the short form does not get everywhere.
      const unreached = (quick ? [] : reports)
        .flatMap((report) => report.neverSucceeded)
        .filter((name) => !OUT_OF_REACH.includes(name))
      for (const line of [...faults, ...unreached.map((name) => `never succeeded: ${name}`)]) log(line)
      const restarts = [api, crm].filter((service, i) => !service.isRunning() || service.pid() !== pids[i])
      const sum = (read: (report: FuzzReport) => number) => reports.reduce((all, each) => all + read(each), 0)
      const statuses = new Map<number, number>()
      for (const [status, n] of reports.flatMap((report) => [...report.statuses]))
        statuses.set(status, (statuses.get(status) ?? 0) + n)
      const requests = sum((each) => each.requests)
      return {
        ok: faults.length + unreached.length + restarts.length === 0,
        figure:
          `${thousands(requests)} requests to ${sum((each) => each.operations)} operations, ` +
          `${faults.length} undocumented answers, ${restarts.length} restarts, seed ${seed}; ` +
          describeCounts(statuses),
      }
    })
  },
}

async function fuzzService(name: string, url: string, token: string, quick: boolean, seed: number) {
  const { text } = await call(url, 'GET', '/openapi.json')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const target: Target = {
    name,
    openapi: JSON.parse(text),
    token,
    newcomer: () => logInAsNewcomer(url),
    send: ({ method, url: path, headers, payload }) => exchange(agent, url, method, path, headers, payload),
  }
  const report = await fuzz(target, { perOperation: quick ? 50 : PER_OPERATION, seed })
  agent.destroy()
  return report
}

async function logInAsNewcomer(url: string): Promise<string> {
  const person = { ...FUZZ_USER, email: `${randomUUID()}@example.com` }
  await call(url, 'POST', '/api/auth/register', person)
  const { text } = await call(url, 'POST', '/api/auth/login', person)
  return JSON.parse(text).access_token
}

function call(base: string, method: string, path: string, body?: object) {
  const headers = { 'content-type': 'application/json' }
  return exchange(new Agent(), base, method, path, headers, body && JSON.stringify(body))
}

/** The path goes out as it is: a URL parser would repair what should be broken. */
async function exchange(
  agent: Agent,
  base: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  payload: string | Buffer = '',
) {
  const { hostname, port } = new URL(base)
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>()
  const length = { 'content-length': String(Buffer.byteLength(payload)) }
  const sent = request({ agent, hostname, port, method, path, headers: { ...length, ...headers } }, resolve)
  sent.on('error', reject).end(payload)
  const response = await promise
  const { statusCode = 0, headers: answered } = response
  const contentType = answered['content-type'] ?? ''
  // A stream of events has no end.
  const isEndless = contentType.startsWith('text/event-stream')
  if (isEndless) response.destroy()
  return { status: statusCode, contentType, text: isEndless ? '' : await text(response) }
}
