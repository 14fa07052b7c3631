import { paths } from '#web/paths.ts'
import { ownPlace } from './next.rules.ts'

/**
 * Takes somebody who has just logged in to where they wanted to be, or to what is on. The page is loaded anew, so
 * that nothing of what was read, or read ahead, as a stranger stands in the way. Wherever `next` came from, it is looked
 * at again here, where it is used.
 */
export function arrive(next: string | undefined): void {
  const { origin } = window.location
  window.location.replace(`${origin}${ownPlace(next, origin) ?? paths.events}`)
}
