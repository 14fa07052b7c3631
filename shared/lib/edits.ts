/** The fields of `wanted` that differ from `current`. Undefined means "leave unchanged", so a form may send all fields back. */
export function differences<T extends object>(
  current: T,
  wanted: { [K in keyof T]?: T[K] | undefined },
): Partial<T> {
  const differing: Partial<T> = {}
  // Object.keys loses the type of the keys.
  for (const field of Object.keys(wanted) as (keyof T)[]) {
    const value = wanted[field]
    if (value !== undefined && value !== current[field]) differing[field] = value
  }
  return differing
}

/** The text trimmed; null when it is then empty, undefined when it was not given. */
export function trimmed(text: string | null | undefined): string | null | undefined {
  return text === undefined ? undefined : text?.trim() || null
}
