import fc from 'fast-check'
import {
  type ArbitraryRequest,
  arbitraryRequest,
  type KnownId,
  spoiledRequests,
} from './arbitrary-request.ts'
import { type Answer, judge } from './judge.ts'
import { type Operation, readOperations } from './operations.ts'

/** A service to be fuzzed, in this process or far away. */
export type Target = {
  name: string
  openapi: object
  token: string
  /** A token of an account of its own, with the fuzzer's password: some operations are the end of a token. */
  newcomer?: () => Promise<string>
  send(request: SentRequest): Promise<Answer>
}

type SentRequest = {
  method: string
  url: string
  headers: Record<string, string>
  payload?: string | Buffer
}

/** What earlier answers told: the ids of each noun, the latest first, and the events of bookings. */
type Known = { ids: Map<string, number[]>; eventOf: Map<number, number> }

export type FuzzReport = {
  operations: number
  requests: number
  statuses: Map<number, number>
  faults: string[]
  /** Operations that never did what they are for, and so were hardly examined. */
  neverSucceeded: string[]
}

/** Sends every operation so many requests. The same seed makes the same requests; each fault comes with its smallest request. */
export async function fuzz(
  target: Target,
  plan: { perOperation: number; seed: number },
): Promise<FuzzReport> {
  const operations = readOperations(target.openapi).sort(byFinality)
  const report = { operations: operations.length, requests: 0, statuses: new Map<number, number>() }
  const faults: string[] = []
  const succeeded = new Set<Operation>()
  const known: Known = { ids: new Map(), eventOf: new Map() }
  let refreshToken = ''
  let spareToken: string | undefined
  // The second pass begins with the ids that the first has learnt.
  for (const pass of [0, 1]) {
    for (const operation of operations) {
      const property = fc.asyncProperty(arbitraryRequest(operation), async (arbitrary) => {
        const isLast = ENDS_TOKENS.test(operation.name)
        if (isLast) spareToken ??= await target.newcomer?.()
        const token = operation.path.endsWith('/refresh') ? refreshToken : isLast ? spareToken : target.token
        const answer = await target.send(toRequest(operation, arbitrary, known, token ?? ''))
        if (isLast && (answer.status < 300 || answer.status === 401)) spareToken = undefined
        refreshToken = /"refresh_token":"([^"]+)"/.exec(answer.text)?.[1] ?? refreshToken
        report.requests++
        report.statuses.set(answer.status, (report.statuses.get(answer.status) ?? 0) + 1)
        learnIds(answer, known)
        if (answer.status < 300) succeeded.add(operation)
        const wrong = judge(operation, answer)
        if (wrong.length > 0) throw new Error(wrong.join('; '))
      })
      const numRuns = Math.ceil(plan.perOperation / 2)
      const { failed, errorInstance, counterexample } = await fc.check(property, {
        seed: plan.seed + pass,
        numRuns,
      })
      if (!failed) continue
      const { message } = errorInstance as Error
      faults.push(`${target.name} ${operation.name}: ${message} — ${fc.stringify(counterexample)}`)
    }
  }
  const neverSucceeded = operations.filter((each) => !succeeded.has(each)).map(({ name }) => name)
  return { ...report, faults, neverSucceeded }
}

/** Sends each of the same kinds of junk to every place of every operation, whatever chance would choose. */
export async function sweep(
  target: Target,
  getToken: () => Promise<string>,
): Promise<Pick<FuzzReport, 'requests' | 'faults'>> {
  const report = { requests: 0, faults: [] as string[] }
  for (const operation of readOperations(target.openapi)) {
    for (const request of spoiledRequests(operation)) {
      const { method } = operation
      const answer = await target.send({
        ...toRequest(operation, request, NOTHING_KNOWN, await getToken()),
        method,
      })
      report.requests++
      const wrong = judge(operation, answer)
      if (wrong.length === 0) continue
      const sent = JSON.stringify(request).slice(0, 300)
      report.faults.push(`${target.name} ${operation.name}: ${wrong.join('; ')} — ${sent}`)
    }
  }
  return report
}

const NOTHING_KNOWN: Known = { ids: new Map(), eventOf: new Map() }

const ENDS_TOKENS = /^(POST|PUT|DELETE) .*\/(logout|password|account)$/

/** What ends things comes last, small things first: nothing can be booked once every event is cancelled. */
function byFinality(a: Operation, b: Operation): number {
  const finality = ({ method, path }: Operation) =>
    path.endsWith('/cancel') ? 10 - path.split('/').length / 10 : method === 'DELETE' ? 1 : 0
  return finality(a) - finality(b)
}

function toRequest(
  { method }: Operation,
  { path, query, body, headers, isLoggedIn }: ArbitraryRequest,
  { ids, eventOf }: Known,
  token: string,
): SentRequest {
  const resolve = ({ known: noun, nth }: KnownId) => {
    const all = ids.get(noun) ?? []
    return all[nth % Math.max(all.length, 1)] ?? 1
  }
  // Below an event there is something to find only for its own bookings; half of the requests ask for these.
  const booking = path.filter(isKnownId).find(({ known, nth }) => known === 'bookings' && nth % 2 === 0)
  const event = booking && eventOf.get(resolve(booking))
  const toText = (part: string | KnownId) =>
    typeof part === 'string' ? part : String((part.known === 'events' && event) || resolve(part))
  const url = path.map(toText).join('') + query
  const payload =
    body && 'json' in body
      ? JSON.stringify(body.json, (_key, value) => (isKnownId(value) ? resolve(value) : value))
      : body?.raw
  return {
    method,
    url,
    headers: {
      ...(isLoggedIn && { authorization: `Bearer ${token}` }),
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  }
}

function isKnownId(value: unknown): value is KnownId {
  return typeof value === 'object' && value !== null && 'known' in value && 'nth' in value
}

const IDS_MAX = 200

/** Ids stand in answers as `booking: {id}`, `bookings: [{id}]` or `booking_id`. */
function learnIds({ status, contentType, text }: Answer, known: Known): void {
  if (status >= 300 || !contentType.startsWith('application/json')) return
  const learn = (noun: string, id: unknown) => {
    if (typeof id !== 'number') return
    const ids = known.ids.get(noun) ?? []
    if (!ids.includes(id)) known.ids.set(noun, [id, ...ids].slice(0, IDS_MAX))
  }
  const visit = (value: unknown, noun: string): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, noun)
    else if (value !== null && typeof value === 'object') {
      const { id, event_id } = value as { id?: unknown; event_id?: unknown }
      if (noun === 'bookings' && typeof id === 'number' && typeof event_id === 'number')
        known.eventOf.set(id, event_id)
      for (const [key, child] of Object.entries(value)) {
        if (key === 'id') learn(noun, child)
        else if (key.endsWith('_id')) learn(`${key.slice(0, -3)}s`, child)
        else visit(child, key.endsWith('s') ? key : `${key}s`)
      }
    }
  }
  visit(JSON.parse(text), '')
}
