/**
 * The `Idempotency-Key` of an attempt to book. Until there is an answer, the same request has the same key: a second click, a retry
 * after a lost connection or after a reload never makes a second booking.
 */
export type AttemptKeys = {
  keyFor(what: string): string
  /** To be called when the server has answered: the next attempt gets a new key. */
  settle(): void
  /** Whether an attempt has had no answer. */
  isOpen(): boolean
}

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
