// Every request is matched against these patterns, so each is linear: one pass over the text, no backtracking.

/** One line without control characters, bidirectional overrides, isolates and interlinear annotations. Direction marks may stay. */
export const ONE_LINE =
  '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u206f\\ufff9-\\ufffb]*$'
/** The same with line breaks and tabs. */
export const PLAIN_LINES = ONE_LINE.replace('\\u0000-\\u001f', '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f')
/** Several paragraphs. Embeddings are allowed because pasted text has them; overrides only serve to disguise text. */
export const LINES = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202d\\u202e]*$'
/** A visible character: no blank, control, format, combining mark or filler. */
export const VISIBLE = '[^\\s\\p{C}\\p{M}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800]'
export const VISIBLE_OR_BLANK = `^\\s*$|${VISIBLE}`

/** Text of foreign origin (a name from Google) as one line: forbidden characters become blanks; empty when nothing visible is left. */
export function toLine(text: string): string {
  const line = text.replace(NOT_IN_A_LINE, ' ').replace(/\s+/g, ' ').trim()
  return IS_VISIBLE.test(line) ? line : ''
}

const NOT_IN_A_LINE = new RegExp(ONE_LINE.replace('^[^', '[').replace(']*$', ']'), 'gu')
const IS_VISIBLE = new RegExp(VISIBLE, 'u')

const HIDDEN =
  'control characters or hidden marks that turn the direction of text: type it instead of pasting it'

/** The message for a text, by the pattern that it does not match. */
export const TEXT_FAULTS: Record<string, string> = {
  [ONE_LINE]: `must be one line without ${HIDDEN}`,
  [PLAIN_LINES]: `must not contain ${HIDDEN}`,
  [LINES]: 'must not contain control characters: type it instead of pasting it',
  [VISIBLE]: 'must not be empty',
  [VISIBLE_OR_BLANK]: 'must have something to be seen in it, or be left empty',
}
