import { paths } from '#web/paths.ts'

/** Where somebody may be taken after logging in. The doors themselves would lead in circles. */
const PLACES = Object.values(paths)
  .filter((path) => path !== paths.login && path !== paths.register)
  .map((path) => path.split('/'))

/**
 * The place in this app that an address means, or undefined for any other. It is resolved as the browser would resolve
 * it, so that `//host`, `/\host`, `javascript:` and whatever else leads away is seen as what it is.
 */
export function ownPlace(next: unknown, origin: string): string | undefined {
  if (typeof next !== 'string') return undefined
  const url = parse(next, origin)
  if (url?.origin !== origin || !isPlace(url.pathname)) return undefined
  return `${url.pathname}${url.search}${url.hash}`
}

function parse(text: string, origin: string): URL | undefined {
  try {
    return new URL(text, origin)
  } catch {
    return undefined
  }
}

function isPlace(pathname: string): boolean {
  const parts = pathname.split('/')
  return PLACES.some(
    (place) =>
      place.length === parts.length &&
      place.every((part, i) => (part.startsWith('$') ? parts[i] !== '' : part === parts[i])),
  )
}
