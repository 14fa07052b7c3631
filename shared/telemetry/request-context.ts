import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { beginSpan, type Parent, traceParentOf } from './tracing.ts'

/** The request on whose behalf something is done: what is logged, sent on and asked of the database says so. */
export type RequestContext = {
  id: string
  /** Where it stands in a trace, when there is one. */
  parent: Parent | undefined
}

/** The same as it is kept with a message that may be sent much later, by another instance. */
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
 * For work that is done for several requests at once, `name` says which. What is done for one alone is part of it;
 * what is done for many has an id, and a trace, of its own.
 */
export async function onBehalfOf<T>(
  all: (RequestContext | undefined)[],
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = all
  if (others.every((each) => each?.id === first?.id)) return runAs(first ?? aContext(), work)
  const links = all.flatMap((each) => each?.parent ?? [])
  const span = beginSpan(name, { links })
  try {
    return await runAs(aContext(span), work)
  } catch (error) {
    span?.fail(error)
    throw error
  } finally {
    span?.end()
  }
}

const aContext = (parent?: Parent): RequestContext => ({ id: newRequestId(), parent })

/** Unique over all processes, and cheap: every answer carries one. */
const PREFIX = randomBytes(8).toString('hex')
let count = 0

export const newRequestId = (): string => `${PREFIX}-${(++count).toString(36)}`
