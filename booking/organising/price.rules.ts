/** The decimals of a currency by its ISO 4217 code: 2 for EUR, 0 for JPY, 3 for KWD. Two for codes that nobody knows. */
export const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

/** An amount that can be paid in this currency. */
export function readPrice(price: number, currency: string): { value: number } | { fault: string } {
  const decimals = decimalsOf(currency)
  if (Number(price.toFixed(decimals)) === price) return { value: price }
  return {
    fault:
      decimals === 0
        ? `must be a whole number: ${currency} has no decimals`
        : `must have at most ${WORDS[decimals] ?? decimals} decimals`,
  }
}

const WORDS = ['no', 'one', 'two', 'three', 'four']
