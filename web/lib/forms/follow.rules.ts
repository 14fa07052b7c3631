const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** The fields that differ from what the form began from. Values are those of JSON. */
export const changedFields = <V extends object>(typed: V, initial: V): Partial<V> =>
  Object.fromEntries(
    Object.entries(typed).filter(([field, value]) => !isSame(value, initial[field as keyof V])),
  ) as Partial<V>

/** The same, for instance to be kept as a draft. Undefined where nothing differs. */
export function changesIn<V extends object>(typed: V, initial: V): Partial<V> | undefined {
  const changed = changedFields(typed, initial)
  return Object.keys(changed).length > 0 ? changed : undefined
}

/** What a form has after that which it began from has changed elsewhere: fields that were not touched show the new state. */
export const followed = <V extends object>(typed: V, before: V, now: V): V => ({
  ...now,
  ...changedFields(typed, before),
})
