import { paths } from '#web/paths.ts'

/**
 * Takes somebody who has just logged in to where they wanted to be, or to what is on. The page is loaded anew, so
 * that nothing of what was read, or read ahead, as a stranger stands in the way.
 */
export function arrive(next: string | undefined): void {
  window.location.replace(next ?? paths.events)
}
