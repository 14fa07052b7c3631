import type { IncomingMessage } from 'node:http'
import type { Db } from '#booking/database/database.ts'
import { isOrganiser } from '#booking/facilitators/organiser.service.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import type { EventStream } from '#shared/http/streams/event-stream.ts'
import { readEventStream, type StreamMessage } from '#shared/http/streams/event-stream-reader.ts'
import type { Logger } from '#shared/telemetry/logger.ts'

export type CrmListeningDeps = { log: Logger; db: Db; identity: { sessions: Sessions } }

/** How long a check of the subscriber's access is valid. */
const TRUSTED_MS = 1_000
/** Access is also checked while no message arrives, so that a stream without access is closed. */
const CHECK_EVERY_MS = 5_000
const MESSAGE_MAX_CHARS = 64 * 1024

type Grant = { token: string; facilitator_id: number }
type Subscriber = Grant & { stream: EventStream }

/** Relays the CRM's event stream until the CRM, the client or the session ends it. Never rejects. */
export async function relay(
  deps: CrmListeningDeps,
  source: IncomingMessage,
  subscriber: Subscriber,
): Promise<void> {
  const { stream } = subscriber
  let trustedUntilMs = performance.now() + TRUSTED_MS
  const isAllowed = async () => {
    if (performance.now() < trustedUntilMs) return true
    const allowed = await hasAccess(deps, subscriber).catch(() => false)
    trustedUntilMs = performance.now() + TRUSTED_MS
    return allowed
  }
  const close = () => {
    clearInterval(timer)
    source.destroy()
    stream.end()
  }
  const timer = setInterval(async () => (await isAllowed()) || close(), CHECK_EVERY_MS)
  stream.onEnd(close)
  try {
    for await (const message of readEventStream(source.setEncoding('utf8'), MESSAGE_MAX_CHARS)) {
      if (!(await isAllowed())) break
      // Back-pressure: nothing more is read from the CRM until the client has read this.
      await stream.untilDrained()
      send(stream, message)
    }
  } catch (err) {
    const reason = err instanceof Error ? err.message : String(err)
    deps.log.debug({ reason }, 'the stream of the CRM has broken off')
  }
  // The client reconnects with its `Last-Event-ID`.
  close()
}

/** Whether the token is valid and its account is the facilitator or an admin. */
export async function hasAccess(
  { db, identity: { sessions } }: CrmListeningDeps,
  { token, facilitator_id }: Grant,
): Promise<boolean> {
  const admission = await sessions.find(token)
  return admission !== undefined && (await isOrganiser(db, admission.caller, facilitator_id))
}

function send(stream: EventStream, { id, event = 'message', data }: StreamMessage): void {
  if (data === undefined) return void (id !== undefined && stream.mark(id))
  const content = readJson(data)
  if (content !== undefined) stream.send({ event, data: content, ...(id !== undefined && { id }) })
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
