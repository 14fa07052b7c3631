import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { beginSpan, type Parent, traceParentOf } from './tracing.ts'

/** The request that the current work belongs to: its id is in log lines, in calls to the CRM and in spans (decision 0039). */
export type RequestContext = {
  id: string
  /** Its span, when there is tracing. */
  parent: Parent | undefined
}

/** The request context in the form that outbox rows store, for a delivery by another instance later on. */
export type Cause = { request_id: string | null; trace_parent: string | null }

const contexts = new AsyncLocalStorage<RequestContext | undefined>()

export const currentRequest = (): RequestContext | undefined => contexts.getStore()

export function currentCause(): Cause {
  const { id = null, parent } = currentRequest() ?? {}
  return { request_id: id, trace_parent: traceParentOf(parent) ?? null }
}

export const toContext = ({ request_id, trace_parent }: Cause): RequestContext | undefined =>
  request_id === null ? undefined : { id: request_id, parent: trace_parent ?? undefined }

export const runAs = <T>(context: RequestContext | undefined, work: () => T): T => contexts.run(context, work)

/**
 * Runs a batch that was collected from several requests. A batch of one request runs in its context; otherwise in a new
 * context with a span called `name` that links to the spans of all requests.
 */
export async function onBehalfOf<T>(
  all: (RequestContext | undefined)[],
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = all
  if (others.every((each) => each?.id === first?.id)) return runAs(first ?? newContext(), work)
  const links = all.flatMap((each) => each?.parent ?? [])
  const span = beginSpan(name, { links })
  try {
    return await runAs(newContext(span), work)
  } catch (error) {
    span?.fail(error)
    throw error
  } finally {
    span?.end()
  }
}

const newContext = (parent?: Parent): RequestContext => ({ id: newRequestId(), parent })

/** Random for each process, so that a counter is enough for the rest of the id. */
const PREFIX = randomBytes(8).toString('hex')
let count = 0

export const newRequestId = (): string => `${PREFIX}-${(++count).toString(36)}`
