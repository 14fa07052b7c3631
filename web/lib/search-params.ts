/**
 * Reads and writes the parameters of addresses. Invalid values count as left out, so that the API, which would refuse them,
 * never gets them.
 */

const TEXT_MAX = 200
/** The largest id or page that the API accepts. */
const NUMBER_MAX = 2_147_483_647

type Readers<T> = { [K in keyof T]-?: (value: unknown) => T[K] | undefined }

/**
 * Reads the parameters of a page. Every key is set, if only to `undefined`: the router merges the result over the raw
 * parameters, so a missing key would let the raw value through.
 */
export function searchReader<T extends object>(readers: Readers<T>): (search: Record<string, unknown>) => T {
  const all = Object.entries<(value: unknown) => unknown>(readers)
  // `Object.fromEntries` loses the types of the keys, which `Readers` has checked one by one.
  return (search) => Object.fromEntries(all.map(([key, read]) => [key, read(search[key])])) as T
}

export function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= NUMBER_MAX
    ? value
    : undefined
}

/** Undefined for the first page, which addresses leave out. */
export function readPage(value: unknown): number | undefined {
  const page = readNumber(value)
  return page === 1 ? undefined : page
}

/** An id in a path; undefined unless it is a number without leading zeros. */
export function readId(text: string): number | undefined {
  return /^[1-9]\d*$/.test(text) ? readNumber(Number(text)) : undefined
}

/** The router parses values that look like numbers or booleans, so they are turned back into text. */
export function readText(value: unknown): string | undefined {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined
  // By code points, so that no character is cut in half.
  const text = [...String(value).replaceAll(/\p{Cc}/gu, ' ')].slice(0, TEXT_MAX)
  return text.join('').trim() === '' ? undefined : text.join('')
}

export const oneOf =
  <const T extends string>(...words: T[]) =>
  (value: unknown): T | undefined =>
    words.find((word) => word === value)

/** A valid date, `2026-11-25`, from 1970 to 2999. */
export function readDay(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^(?:19[7-9]|2\d\d)\d-\d{2}-\d{2}$/.test(value)) return undefined
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) ? value : undefined
}

/** A valid month, `2026-11`. */
export function readMonth(value: unknown): string | undefined {
  return typeof value === 'string' ? readDay(`${value}-01`)?.slice(0, 7) : undefined
}

/** A query string of the values that are set. */
export function toQuery(all: Record<string, string | number | undefined>): string {
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== '')
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}
