/** What is wanted and is not so already. Undefined stands for "as it is", so a form may send everything back. */
export function differences<T extends object>(
  current: T,
  wanted: { [K in keyof T]?: T[K] | undefined },
): Partial<T> {
  const differing = Object.entries(wanted).filter(
    ([field, value]) => value !== undefined && value !== current[field as keyof T],
  )
  return Object.fromEntries(differing) as Partial<T>
}

/** Text without blanks around it; null when nothing is left, undefined when it was not given. */
export function trimmed(text: string | null | undefined): string | null | undefined {
  return text === undefined ? undefined : text?.trim() || null
}
