/**
 * The `Idempotency-Key` of an attempt to book. Until there is an answer, the same request has the same key: a second click, or
 * a retry after a lost connection, never makes a second booking.
 */
export type AttemptKeys = {
  keyFor(what: string): string
  /** To be called when the server has answered: the next attempt gets a new key. */
  settle(): void
}

export function createAttemptKeys(newKey: () => string = randomKey): AttemptKeys {
  let open: { what: string; key: string } | undefined
  return {
    keyFor(what) {
      if (open?.what !== what) open = { what, key: newKey() }
      return open.key
    },
    settle() {
      open = undefined
    },
  }
}

/** Not `crypto.randomUUID`: it needs a secure origin, which a studio's own network may not be. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
