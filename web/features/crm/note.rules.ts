import type { CrmStatusChange } from '#web/lib/api/contract.ts'

/** A note that was sent, and the entries of the history that were there before. */
export type Attempt = { notes: string; author: string; known: number[] }

/** Whether the newest entry of a history is this very note. */
export function isNewest(
  history: Pick<CrmStatusChange, 'id' | 'notes' | 'author'>[],
  { notes, author, known }: Attempt,
): boolean {
  const [newest] = history
  return (
    newest !== undefined &&
    !known.includes(newest.id) &&
    newest.notes === notes.trim() &&
    newest.author === author
  )
}
