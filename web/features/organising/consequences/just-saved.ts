import type { Event } from '#web/lib/api/contract.ts'

/** How long after a change nobody is told of it by mail yet (decision 0061). */
const UNTOLD_MS = 60_000

let saved: { before: Event; atMs: number } | undefined

/** The event as people know it, while the changes that were made here are not told yet. */
export function beforeSaving({ id }: Event, now: Date): Event | undefined {
  const isUntold = saved?.before.id === id && now.getTime() - saved.atMs < UNTOLD_MS
  return isUntold ? saved?.before : undefined
}

/** Call it when a change of this event was saved; `event` is as it was before. */
export function noteSaving(event: Event, now: Date): void {
  saved = { before: beforeSaving(event, now) ?? event, atMs: now.getTime() }
}
