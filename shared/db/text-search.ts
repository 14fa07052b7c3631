import { type RawBuilder, sql } from 'kysely'

/**
 * Searching in a folded column: what `fold_text` made of the texts (functions/fold_text.sql). Case, accents and
 * apostrophes do not count; every word has to be found, in any order.
 */

/** So many rows are looked at for a search without a word of three letters: some ten milliseconds. */
export const SHORT_SEARCH_MAX = 5_000

/**
 * An index of trigrams finds nothing by one or two letters: every text would be read, for an answer that nearly all texts
 * are part of. Such searches look at some rows only.
 */
export function isShortSearch(search: string): boolean {
  return wordsOf(search).every((word) => !hasTrigram(word))
}

/** A condition: the folded `column` has every word of `search`; words of one or two letters at the beginning of a word. */
export function hasWords(column: RawBuilder<unknown>, search: string): RawBuilder<boolean> {
  const conditions = wordsOf(search).map((word) =>
    hasTrigram(word) ? sql`${column} like (${contained(word)})` : sql`${column} ~ (${atWordBeginning(word)})`,
  )
  return sql<boolean>`(${conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)})`
}

const wordsOf = (search: string): string[] => search.split(/\s+/u).filter((word) => word !== '')

const hasTrigram = (word: string): boolean => /[\p{L}\p{M}\p{N}]{3}/u.test(word)

/** `%`, `_` and `\` stand for themselves: escaped after folding, which turns some other characters into them. */
const contained = (word: string) =>
  sql`'%' || regexp_replace(fold_text(${word}), '([\\\\%_])', '\\\\\\1', 'g') || '%'`

/**
 * What may stand before a word: spaces and punctuation, of which folding leaves those of ASCII and Latin-1. They are written
 * out because of such a set, without higher characters, the trigram index knows that none belongs to a word, and of
 * `[^[:alnum:]]` it does not: among a million events `tai chi 37` was found in 1.1 s.
 */
const BEFORE_WORDS = '(^|[] \\t\\n!-/:-@[\\\\^-`{-~¡-¿])'

/** Scripts that are written without blanks between words. */
const WITHOUT_BLANKS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

/** What begins with no letter, or has no blanks before it, is found anywhere. */
const atWordBeginning = (word: string) => {
  const literal = sql`regexp_replace(fold_text(${word}), '([^[:alnum:]])', '\\\\\\1', 'g')`
  return /^[\p{L}\p{N}]/u.test(word) && !WITHOUT_BLANKS.test(word)
    ? sql`${BEFORE_WORDS}::text || ${literal}`
    : literal
}
