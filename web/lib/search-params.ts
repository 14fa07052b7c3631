/**
 * How what stands in an address is read, and written into another one. Whatever cannot be understood counts as left out,
 * and what is left out is never sent to the API, which would refuse it.
 */

const TEXT_MAX = 200
/** The largest number that the API takes for an id or a page. */
const NUMBER_MAX = 2_147_483_647

type Readers<T> = { [K in keyof T]-?: (value: unknown) => T[K] | undefined }

/**
 * Reads the parameters of a page. Every key is set, also to `undefined`: the router lays what is returned over the raw
 * parameters, so that one which is left out here would come through unread.
 */
export function searchReader<T extends object>(readers: Readers<T>): (search: Record<string, unknown>) => T {
  const all = Object.entries<(value: unknown) => unknown>(readers)
  // TypeScript cannot see that the entries are those of T: `Readers` says so key by key.
  return (search) => Object.fromEntries(all.map(([key, read]) => [key, read(search[key])])) as T
}

export function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= NUMBER_MAX
    ? value
    : undefined
}

/** The first page is the one that nobody has to name. */
export function readPage(value: unknown): number | undefined {
  const page = readNumber(value)
  return page === 1 ? undefined : page
}

/** An id in a path, where everything is text. */
export function readId(text: string): number | undefined {
  return /^[1-9]\d*$/.test(text) ? readNumber(Number(text)) : undefined
}

/** The router reads what looks like a number, or like yes and no, as such. */
export function readText(value: unknown): string | undefined {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined
  // Whole characters: half of one would be another text.
  const text = [...String(value).replaceAll(/\p{Cc}/gu, ' ')].slice(0, TEXT_MAX)
  return text.join('').trim() === '' ? undefined : text.join('')
}

export const oneOf =
  <const T extends string>(...words: T[]) =>
  (value: unknown): T | undefined =>
    words.find((word) => word === value)

/** A day of the calendar, `2026-11-25`, in years that clocks and databases agree about. */
export function readDay(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^(?:19[7-9]|2\d\d)\d-\d{2}-\d{2}$/.test(value)) return undefined
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) ? value : undefined
}

/** A month, `2026-11`. */
export function readMonth(value: unknown): string | undefined {
  return typeof value === 'string' ? readDay(`${value}-01`)?.slice(0, 7) : undefined
}

/** A query of what is given. */
export function toQuery(all: Record<string, string | number | undefined>): string {
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== '')
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}
