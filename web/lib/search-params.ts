/** How what stands in an address is read, and written into another one. Whatever cannot be understood counts as left out. */

const TEXT_MAX = 200

export function isPositive(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0
}

/** The router reads what looks like a number as one. */
export function readText(value: unknown): string | undefined {
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return undefined
  return String(value).slice(0, TEXT_MAX)
}

/** A query of what is given. */
export function toQuery(all: Record<string, string | number | undefined>): string {
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== '')
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}
