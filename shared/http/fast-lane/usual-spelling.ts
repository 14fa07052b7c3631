const URL_MAX_CHARS = 500

/**
 * The address with its parameters in order of their names: other orders share the offer. Undefined when one of them is
 * unknown to the route, or given twice: such addresses are without number, and nobody who means well asks for them again.
 */
export function usualSpelling(url: string, querystring: unknown): string | undefined {
  if (url.length > URL_MAX_CHARS) return undefined
  const [path = '', query = '', ...rest] = url.split('?')
  if (query === '' && rest.length === 0) return path
  const known = (querystring as { properties?: object } | undefined)?.properties ?? {}
  const parts = query.split('&')
  const names = parts.map((part) => part.split('=', 1)[0] as string)
  const isUsual = new Set(names).size === names.length && names.every((name) => Object.hasOwn(known, name))
  return isUsual && rest.length === 0 ? `${path}?${parts.toSorted().join('&')}` : undefined
}
