import Type, { type TStringOptions } from 'typebox'
import { LINES, ONE_LINE, PLAIN_LINES, VISIBLE, VISIBLE_OR_BLANK } from '#shared/errors/text-patterns.ts'

/** A name or a title: one line with a visible character. */
export const Line = (options: TStringOptions) => withPatterns(options, ONE_LINE, VISIBLE)

/** One line that may be empty. */
export const OptionalLine = (options: TStringOptions) => withPatterns(options, ONE_LINE, VISIBLE_OR_BLANK)

/** A short text such as a reason, on several lines if needed; may be empty. */
export const OptionalWords = (options: TStringOptions) => withPatterns(options, PLAIN_LINES, VISIBLE_OR_BLANK)

/** Several paragraphs that have to say something. */
export const Paragraphs = (options: TStringOptions) => withPatterns(options, LINES, VISIBLE)

/** Notes and descriptions. */
export const Lines = (options: TStringOptions) => withPatterns(options, LINES)

function withPatterns(options: TStringOptions, ...patterns: string[]) {
  return Type.String({ ...options, allOf: patterns.map((pattern) => ({ pattern })) })
}
