/**
 * The `Idempotency-Key` of an attempt to book. As long as nobody knows what became of an attempt, asking again for the same
 * has the same key: a second click, or a retry after the line broke, never makes a second booking.
 */
export type AttemptKeys = {
  keyFor(what: string): string
  /** The server has answered: the next attempt is another one. */
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

/** `crypto.randomUUID` is only there on secure origins; a studio's own network may be none. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
