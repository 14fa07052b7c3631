/** What both pictures share: one look, in light and in dark, without fonts or scripts of their own. */
export const WIDTH = 860

const STYLE = `
  svg { --paper: #ffffff; --line: #e4e7ec; --ink: #1d2433; --faint: #667085; --ours: #0f8a6d; --theirs: #b6bdc9 }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #12161f; --line: #2a3140; --ink: #e8ebf1; --faint: #98a2b3; --ours: #2fc39c; --theirs: #4b5567 }
  }
  text { font: 13px ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: var(--ink) }
  .title { font-size: 18px; font-weight: 600 }
  .group { font-size: 12px; font-weight: 600; fill: var(--faint); letter-spacing: .04em }
  .faint { font-size: 12px; fill: var(--faint) }
  .strong { font-weight: 600 }
  .end { text-anchor: end }
  .middle { text-anchor: middle }
  .paper { fill: var(--paper); stroke: var(--line) }
  .line { stroke: var(--line) }
  .ours { fill: var(--ours) }
  .theirs { fill: var(--theirs) }`

export function drawing(height: number, title: string, parts: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="10"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

export function label(x: number, y: number, text: string, className = ''): string {
  return `<text x="${round(x)}" y="${round(y)}"${className && ` class="${className}"`}>${escapeXml(text)}</text>`
}

export function bar(x: number, y: number, width: number, height: number, className: string): string {
  return `<rect class="${className}" x="${round(x)}" y="${round(y)}" width="${round(Math.max(1, width))}" height="${height}" rx="3"/>`
}

export function stroke(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="line" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`
}

const round = (value: number): number => Math.round(value * 10) / 10

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
}
