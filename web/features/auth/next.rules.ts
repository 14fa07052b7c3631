import { paths } from '#web/paths.ts'

/** For people who are not logged in. */
const DOORS: string[] = [paths.login, paths.register, paths.forgotPassword, paths.resetPassword]

/** Where a login may lead: every page but those, which would lead in circles. */
const PLACES = Object.values(paths)
  .filter((path) => !DOORS.includes(path))
  .map((path) => path.split('/'))

/**
 * The path in this app that an address leads to, or undefined for an address outside it. It is resolved as the browser would
 * resolve it, so that `//host`, `/\host`, `javascript:` and the like are recognised (open redirect).
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
