/** `YYYY-MM-DDTHH:MM:SS` in UTC without an offset (contract). */
export function toWireTime(at: Date): string {
  return at.toISOString().slice(0, 19)
}

/** The instant of a time that `toWireTime` has written. */
export const fromWireTime = (text: string): Date => new Date(`${text}Z`)

/**
 * Parses naive UTC (`2026-01-15T07:00:00`, seconds optional) or RFC 3339 with an offset.
 * Returns undefined for anything else, for days that do not exist and for years outside 1970–2200.
 */
export function parseWireTime(text: string): Date | undefined {
  const match = WIRE_TIME.exec(text)
  if (!match) return undefined
  const [, day = '', clock = '', seconds = ':00', offset = 'Z'] = match
  const at = new Date(`${day}T${clock}${seconds}${offset.toUpperCase()}`)
  if (Number.isNaN(at.getTime())) return undefined
  const isRealDay = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
  const year = at.getUTCFullYear()
  return isRealDay && year >= 1970 && year <= 2200 ? at : undefined
}

const WIRE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(?:\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})?$/
