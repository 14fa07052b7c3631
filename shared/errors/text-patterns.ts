// What goes into these patterns is searched through by every request: each looks at every character once.

/** Controls, line breaks, and what turns the direction of the text around it or hides notes in it. Marks of direction may stay. */
export const ONE_LINE =
  '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u206f\\ufff9-\\ufffb]*$'
/** The same with line breaks and tabs. */
export const UNTURNED_LINES = ONE_LINE.replace(
  '\\u0000-\\u001f',
  '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f',
)
/** Paragraphs have direction of their own, and people paste embedded ones; overrides are for nothing but deceit. */
export const LINES = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202d\\u202e]*$'
/** A character that is drawn: no blank, no control or format, no mark that needs another one, no filler. */
export const VISIBLE = '[^\\s\\p{C}\\p{M}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800]'
export const VISIBLE_OR_BLANK = `^\\s*$|${VISIBLE}`

/** The same for a name that does not come from a form of ours: what has no place in one line is left out. */
export function toLine(text: string): string {
  const line = text.replace(NOT_IN_A_LINE, ' ').replace(/\s+/g, ' ').trim()
  return IS_VISIBLE.test(line) ? line : ''
}

const NOT_IN_A_LINE = new RegExp(ONE_LINE.replace('^[^', '[').replace(']*$', ']'), 'gu')
const IS_VISIBLE = new RegExp(VISIBLE, 'u')

const HIDDEN =
  'control characters or hidden marks that turn the direction of text: type it instead of pasting it'

/** What is wrong with a text, by the pattern that it does not match. */
export const TEXT_FAULTS: Record<string, string> = {
  [ONE_LINE]: `must be one line without ${HIDDEN}`,
  [UNTURNED_LINES]: `must not contain ${HIDDEN}`,
  [LINES]: 'must not contain control characters: type it instead of pasting it',
  [VISIBLE]: 'must not be empty',
  [VISIBLE_OR_BLANK]: 'must have something to be seen in it, or be left empty',
}
