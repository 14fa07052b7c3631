import { count } from '#web/lib/format.ts'

/** The length of a text as the API counts it: in code points, without blanks at its ends. An emoji is one, not two. */
export const lengthOf = (text: string): number => [...text.trim()].length

const NEAR = 0.1

/** `12 characters left`, once a tenth or less is left; undefined before. */
export function roomInWords(text: string, max: number): string | undefined {
  const left = max - lengthOf(text)
  return left < 0 || left > max * NEAR ? undefined : `${count(left, 'character')} left`
}

/** An error message, or undefined. */
export function lengthFault(text: string, max: number): string | undefined {
  const over = lengthOf(text) - max
  return over > 0 ? `Too long by ${count(over, 'character')}.` : undefined
}
