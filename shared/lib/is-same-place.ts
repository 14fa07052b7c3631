/**
 * Whether two texts about a place read the same: they differ at most in case, width of letters, white space and characters that
 * nobody sees. Null where no place is named.
 */
export function isSamePlace(one: string | null, other: string | null): boolean {
  return one === other || (one !== null && other !== null && toRead(one) === toRead(other))
}

/** Letters that are drawn as a space: Hangul fillers, and Braille without a dot. */
const SPACES = /[\s\u115f\u1160\u3164\uffa0\u2800]+/gu
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

/** Upper case first, which writes ß as SS. */
function toRead(text: string): string {
  const seen = text.replace(SPACES, ' ').replace(UNSEEN, '').normalize('NFKC')
  return seen.replace(/ +/g, ' ').trim().toUpperCase().toLowerCase()
}
