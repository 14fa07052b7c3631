import type { IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'
import type { Db } from '#booking/database/database.ts'
import { isOrganiser } from '#booking/facilitators/organiser.service.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import type { EventStream } from '#shared/http/streams/event-stream.ts'
import type { Logger } from '#shared/telemetry/logger.ts'

export type CrmListeningDeps = { log: Logger; db: Db; identity: { sessions: Sessions } }

/** How long nobody asks again whether the listener may still listen. */
const TRUSTED_MS = 1_000
/** While nothing happens, it is asked now and then, so that the line is closed. */
const ASK_EVERY_MS = 5_000
const MESSAGE_MAX_CHARS = 64 * 1024

type Asker = { token: string; facilitator_id: number }
type Listener = Asker & { stream: EventStream }

/** Passes on what the CRM says, until it, the client or the session ends. */
export async function passOn(
  deps: CrmListeningDeps,
  source: IncomingMessage,
  listener: Listener,
): Promise<void> {
  const { stream } = listener
  let trustedUntilMs = performance.now() + TRUSTED_MS
  const isAllowed = async () => {
    if (performance.now() < trustedUntilMs) return true
    const allowed = await mayListen(deps, listener).catch(() => false)
    trustedUntilMs = performance.now() + TRUSTED_MS
    return allowed
  }
  const close = () => {
    clearInterval(timer)
    source.destroy()
    stream.end()
  }
  const timer = setInterval(async () => (await isAllowed()) || close(), ASK_EVERY_MS)
  stream.onEnd(close)
  try {
    for await (const message of readMessages(source)) {
      if (!(await isAllowed())) break
      // Meanwhile nothing more is read of the CRM, which waits as well.
      await stream.untilTaken()
      say(stream, message)
    }
  } catch (err) {
    deps.log.debug({ reason: (err as Error).message }, 'the stream of the CRM has broken off')
  }
  // The client comes again by itself, and says where it was.
  close()
}

/** Whether whoever has the token may still look at what is the facilitator's. */
export async function mayListen(
  { db, identity: { sessions } }: CrmListeningDeps,
  { token, facilitator_id }: Asker,
): Promise<boolean> {
  const admission = await sessions.find(token)
  return admission !== undefined && (await isOrganiser(db, admission.caller, facilitator_id))
}

function say(stream: EventStream, { id, event = 'message', data }: Message): void {
  if (data === undefined) return void (id !== undefined && stream.mark(id))
  const content = readJson(data)
  if (content !== undefined) stream.send({ event, data: content, ...(id !== undefined && { id }) })
}

/** Without data it only says where the listener is. */
type Message = { id?: string | undefined; event?: string | undefined; data?: string }

async function* readMessages(source: IncomingMessage): AsyncGenerator<Message> {
  const messages: Message[] = []
  const parser = createParser({
    maxBufferSize: MESSAGE_MAX_CHARS,
    onId: (id) => void messages.push({ id }),
    onEvent(message) {
      // Its id has just been told by itself.
      if (message.id !== undefined) messages.pop()
      messages.push(message)
    },
    onError: (error) => void source.destroy(error),
  })
  for await (const chunk of source.setEncoding('utf8')) {
    parser.feed(chunk)
    yield* messages.splice(0)
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
