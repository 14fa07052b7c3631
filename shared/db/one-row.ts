/** The first row of a statement that always returns one. Throws when there is none. */
export function oneRow<T>(rows: T[]): T {
  const [row] = rows
  if (row === undefined) throw new Error('A statement has returned no row.')
  return row
}
