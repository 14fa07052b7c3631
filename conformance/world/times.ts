/** The contract's time format: UTC, without offset or fraction. */
export function naive(date: Date): string {
  return date.toISOString().slice(0, 19)
}

export function inDays(days: number): string {
  return naive(new Date(Date.now() + days * 86_400_000))
}

export function fromNaive(timestamp: string): Date {
  return new Date(`${timestamp}Z`)
}
