/** Times on the wire are UTC without saying so. */
export function fromWire(text: string): Date {
  return new Date(`${text}Z`)
}
