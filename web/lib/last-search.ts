import { readStored, writeStored } from './storage.ts'

/**
 * The parameters with which a list was last shown in this tab, for the link that leads back to it: its filters, page and view. Kept over
 * a reload where the browser allows it.
 */

const known = new Map<string, object>()

export function rememberSearch(path: string, search: object): void {
  known.set(path, search)
  writeStored('sessionStorage', keyOf(path), search)
}

/** Empty when the list was not shown yet. To be read by the list's own reader of parameters. */
export function lastSearch(path: string): Record<string, unknown> {
  return { ...(known.get(path) ?? stored(path)) }
}

function stored(path: string): object {
  const value = readStored('sessionStorage', keyOf(path))
  return typeof value === 'object' && value !== null ? value : {}
}

const keyOf = (path: string) => `stillpoint.search ${path}`
