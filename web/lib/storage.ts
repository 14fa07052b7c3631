/** Reads and writes of values as JSON that do without the browser's storage where it is refused or full, as in some private windows. */

type Area = 'localStorage' | 'sessionStorage'

/** What stands there, undefined without anything that can be read. */
export function readStored(area: Area, key: string): unknown {
  try {
    const text = globalThis[area].getItem(key)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `undefined` removes it. */
export function writeStored(area: Area, key: string, value: unknown): void {
  try {
    if (value === undefined) globalThis[area].removeItem(key)
    else globalThis[area].setItem(key, JSON.stringify(value))
  } catch {
    // It is not kept.
  }
}
