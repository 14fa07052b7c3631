import type { PublicEvent } from '#booking/events/event.schema.ts'
import { wordsOf } from '../pages/event-words.rules.ts'
import { Html, html } from '../pages/html.rules.ts'
import { addressOf } from '../pages/page-address.rules.ts'
import { HEIGHT_SCRIPT } from './embed-script.ts'

export const THEMES = ['light', 'dark'] as const
type Theme = (typeof THEMES)[number]

const PAPER = '--paper:#fffdf8;--ink:#1d2333;--quiet:#5b6072;--line:#e4dccd;--accent:#a8461f'
const NIGHT = '--paper:#161d2e;--ink:#ece6da;--quiet:#a9aebd;--line:#2f3850;--accent:#f2a36f'

const STYLE = `:root{${PAPER};color-scheme:light}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){${NIGHT};color-scheme:dark}}
:root[data-theme=dark]{${NIGHT};color-scheme:dark}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
ul{list-style:none;margin:0;padding:0}
li{border-bottom:1px solid var(--line)}
a{display:block;min-height:44px;padding:.75rem .5rem;color:inherit;text-decoration:none;overflow-wrap:anywhere}
a:hover b,a:focus-visible b{text-decoration:underline}
a:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
b{display:block;font-weight:600}
span{color:var(--quiet)}
p{padding:.75rem .5rem;margin:0}`

/** Returns the list for a frame on another site. Links open a new tab, where booking needs no cookies of a third party. */
export function embedPage(
  events: PublicEvent[],
  { origin, currency, theme }: { origin: string | undefined; currency: string; theme: Theme | undefined },
): string {
  const line = (event: PublicEvent) => {
    const { when, where, price, seats } = wordsOf(event, currency)
    return html`<li><a href="${origin ?? ''}${addressOf.event(event.id)}" target="_blank" rel="noopener"><b dir="auto">${event.title}</b><span>${when}<br /><bdi>${where}</bdi> · ${price} · ${seats}</span></a></li>
`
  }
  return html`<!doctype html>
<html lang="en"${theme !== undefined && html` data-theme="${theme}"`}>
<head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" /><meta name="robots" content="noindex" />
<title>Events</title><style>${new Html(STYLE)}</style></head>
<body>${
    events.length === 0
      ? html`<p>Nothing is planned at the moment.</p>`
      : html`<ul>
${events.map(line)}</ul>`
  }
<script>${new Html(HEIGHT_SCRIPT)}</script></body></html>
`.text
}
