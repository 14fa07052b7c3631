/**
 * Whether no run of letters or digits in the text is long enough for the trigram index. Such a search would scan the whole table, so it
 * is limited to the newest rows and to the beginnings of words.
 */
export function isShortSearch(text: string): boolean {
  return !/[\p{L}\p{M}\p{N}]{3}/u.test(text)
}

/** Rows that a short search scans: about 10 ms. */
export const SHORT_SEARCH_MAX = 5_000

/** A pattern for PostgreSQL's `~*` that finds `text` at the beginning of a word, or anywhere if it begins with no letter or digit. */
export function toWordBeginning(text: string): string {
  const literal = text.replace(/[^\p{L}\p{M}\p{N}]/gu, '\\$&')
  return /^[\p{L}\p{N}]/u.test(text) ? `(^|[^[:alnum:]])${literal}` : literal
}
