import { paths } from '#web/paths.ts'
import { ownPlace } from './next.rules.ts'

/**
 * Goes to `next` after a login, or to the events. The page is reloaded, so that nothing which was read before the login
 * stays in a cache. `next` is checked here again, whatever checked it before.
 */
export function arrive(next: string | undefined): void {
  const { origin } = window.location
  window.location.replace(`${origin}${ownPlace(next, origin) ?? paths.events}`)
}
