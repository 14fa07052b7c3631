/**
 * Whether two texts about a place read the same: they differ at most in case, width of letters, white space and characters that
 * nobody sees. Null where no place is named.
 */
export function isSamePlace(one: string | null, other: string | null): boolean {
  return one === other || (one !== null && other !== null && toRead(one) === toRead(other))
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

const toRead = (text: string): string =>
  text.replace(/\s+/gu, ' ').replace(UNSEEN, '').normalize('NFKC').replace(/ +/g, ' ').trim().toLowerCase()
