/** The API's times are UTC, without a time zone. */
export function fromWire(text: string): Date {
  return new Date(`${text}Z`)
}
