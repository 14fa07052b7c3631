/**
 * An index of trigrams finds nothing by one or two letters: every text would be read, for an answer that nearly all texts are
 * part of. Such searches look at some texts only, and for what begins a word.
 */
export function isShortSearch(text: string): boolean {
  return !/[\p{L}\p{M}\p{N}]{3}/u.test(text)
}

/** So many texts a short search looks at: some ten milliseconds. */
export const SHORT_SEARCH_MAX = 5_000

/** For PostgreSQL's `~*`: finds `text` where a word begins; what begins with no letter, anywhere. */
export function toWordBeginning(text: string): string {
  const literal = text.replace(/[^\p{L}\p{M}\p{N}]/gu, '\\$&')
  return /^[\p{L}\p{N}]/u.test(text) ? `(^|[^[:alnum:]])${literal}` : literal
}
