/** Times on the wire are UTC without saying so. */
export function fromWire(text: string): Date {
  return new Date(`${text}Z`)
}

export function toWire(at: Date): string {
  return at.toISOString().slice(0, 19)
}
