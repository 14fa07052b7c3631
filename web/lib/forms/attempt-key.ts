import { isTransient } from '#web/lib/api/api-error.ts'
import { tabDraft } from './drafts.ts'

/**
 * The `Idempotency-Key` of an attempt. Until there is an answer, the same request has the same key: a second click, a retry after a lost
 * connection or after a reload never makes a second booking, series or message.
 */
export type AttemptKeys = {
  keyFor(what: string): string
  /** To be called when the server has answered: the next attempt gets a new key. */
  settle(): void
  /** Whether an attempt has had no answer. */
  isOpen(): boolean
}

/**
 * Sends a request that must not be carried out twice. `name` is what it is about, `body` what is asked for. Throws what `send` throws;
 * without an answer the attempt stays open, also when the page is reloaded.
 */
export async function attempt<T>(
  name: string,
  body: unknown,
  send: (headers: KeyHeader) => Promise<T>,
): Promise<T> {
  const attempts = attemptsAt(name)
  try {
    const answer = await send({ 'idempotency-key': attempts.keyFor(JSON.stringify(body)) })
    attempts.settle()
    return answer
  } catch (error) {
    if (!isTransient(error)) attempts.settle()
    throw error
  }
}

type KeyHeader = { 'idempotency-key': string }

/** Whether it was asked for in this tab and never answered. */
export const hasOpenAttempt = (name: string): boolean => attemptsAt(name).isOpen()

const attemptsAt = (name: string) => createAttemptKeys(tabDraft(`attempt.${name}`))

type Attempt = { what: string; key: string }
type Place = { read(): Attempt | undefined; write(attempt: Attempt | undefined): void }

export function createAttemptKeys(place: Place = inMemory(), newKey: () => string = randomKey): AttemptKeys {
  return {
    keyFor(what) {
      const open = place.read()
      if (open?.what === what) return open.key
      const key = newKey()
      place.write({ what, key })
      return key
    },
    settle: () => place.write(undefined),
    isOpen: () => place.read() !== undefined,
  }
}

function inMemory(): Place {
  let open: Attempt | undefined
  return {
    read: () => open,
    write: (attempt) => {
      open = attempt
    },
  }
}

/** Not `crypto.randomUUID`: it needs a secure origin, which a studio's own network may not be. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
