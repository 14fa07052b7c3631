/** Returns a text on one line, cut between words when it has more than `max` characters. */
export function shorten(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= max) return line
  const cut = line.slice(0, Math.max(line.lastIndexOf(' ', max), max / 2))
  // Half of a pair that stands for one letter is none.
  return `${cut.replace(/[\ud800-\udbff]$/, '').trimEnd()}…`
}
