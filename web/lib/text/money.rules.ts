/** The decimals of a currency by its ISO 4217 code: 2 for EUR, 0 for JPY, 3 for KWD. */
export const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

/**
 * The amount that somebody has typed, with a point or a comma as they are used to; NaN for what is none, or has more
 * decimals than the currency. A mark before exactly three digits at the end separates thousands, unless it is a point and
 * the currency has three decimals: `1,250` is never 1.25. Empty text is 0.
 */
export function readAmount(text: string, decimals: number): number {
  const typed = text.replaceAll(/[\s'’]/gu, '')
  if (typed === '') return 0
  if (!/^\d*(?:[.,]\d+)*$/.test(typed)) return Number.NaN
  const at = decimalMarkOf(typed, decimals)
  const whole = (at < 0 ? typed : typed.slice(0, at)).replaceAll(/[.,]/g, '')
  const fraction = at < 0 ? '' : typed.slice(at + 1)
  return fraction.length > decimals ? Number.NaN : Number(`${whole || 0}.${fraction || 0}`)
}

/** The place of the mark before the decimals; -1 without one. */
function decimalMarkOf(typed: string, decimals: number): number {
  const last = Math.max(typed.lastIndexOf('.'), typed.lastIndexOf(','))
  const mark = typed[last] ?? ''
  const before = typed.slice(0, Math.max(last, 0))
  if (last < 0 || before.includes(mark)) return -1
  // Another mark before it: that one separates the thousands.
  if (/[.,]/.test(before)) return last
  const isThousands = typed.length - last === 4 && !/^0?$/.test(before) && !(mark === '.' && decimals === 3)
  return isThousands ? -1 : last
}
