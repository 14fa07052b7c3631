import { isRecord } from '#shared/lib/record.ts'

const URL_MAX_CHARS = 500

/**
 * The URL with its parameters sorted, which is the key of the cache. Undefined when it should not be cached: too long, or with a
 * parameter that is repeated or unknown to the route, of which anybody could send any number.
 */
export function canonicalUrl(url: string, querystring: unknown): string | undefined {
  if (url.length > URL_MAX_CHARS) return undefined
  const [path = '', query = '', ...rest] = url.split('?')
  if (query === '' && rest.length === 0) return path
  const known = isRecord(querystring) && isRecord(querystring.properties) ? querystring.properties : {}
  const parts = query.split('&')
  const names = parts.map((part) => part.split('=', 1)[0] ?? '')
  const isKnown = new Set(names).size === names.length && names.every((name) => Object.hasOwn(known, name))
  return isKnown && rest.length === 0 ? `${path}?${parts.toSorted().join('&')}` : undefined
}
