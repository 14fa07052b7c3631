/** The server's time: a device's clock may be wrong by hours, and events begin by the server's. */

type Span = { min: number; max: number }

/** What the answers so far leave possible for the server's clock minus this device's, in milliseconds. */
let possible: Span = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }

/** The server's time, as far as it is known; before the first answer, the device's. */
export const serverNow = (): Date => new Date(Date.now() + offsetIn(possible))

/** Learns from the `Date` header of an answer. Times of the device are in milliseconds. */
export function readServerDate(header: string | null, sentAtMs: number, receivedAtMs = Date.now()): void {
  const dateMs = Date.parse(header ?? '')
  if (!Number.isNaN(dateMs)) possible = narrow(possible, spanOf(dateMs, sentAtMs, receivedAtMs))
}

/** `Date` counts whole seconds, and was written some time between the request and the answer. */
export const spanOf = (dateMs: number, sentAtMs: number, receivedAtMs: number): Span => ({
  min: dateMs - receivedAtMs,
  max: dateMs + 999 - sentAtMs,
})

/** Where both agree; the newer one alone when they do not, because a clock was set. */
export function narrow(known: Span, newer: Span): Span {
  const both = { min: Math.max(known.min, newer.min), max: Math.min(known.max, newer.max) }
  return both.min <= both.max ? both : newer
}

/** The smallest possible offset: 0 for a device whose clock may be right. */
export const offsetIn = ({ min, max }: Span): number => Math.max(min, Math.min(max, 0))
