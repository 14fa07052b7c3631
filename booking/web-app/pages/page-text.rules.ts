import type { PublicEvent } from '#booking/events/event.schema.ts'
import type { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import { wordsOf } from './event-words.rules.ts'
import { type Html, html } from './html.rules.ts'
import { addressOf } from './page-address.rules.ts'

/** What readers without JavaScript see of each page. `dir="auto"` because people write in every script. */
export function eventText(event: PublicEvent, currency: string, isOver: boolean): Html {
  const { when, where, price, seats } = wordsOf(event, currency)
  const { facilitator } = event
  return readable(html`<h1 dir="auto">${event.title}</h1>
<p>${isOver && event.status === 'ACTIVE' ? 'Over' : seats} · ${price}</p>
<dl><dt>When</dt><dd>${when}</dd><dt>Where</dt><dd dir="auto">${where}</dd>
<dt>With</dt><dd><a dir="auto" href="${addressOf.facilitator(facilitator.id)}">${facilitator.name}</a></dd></dl>
${paragraphs(event.description)}
${event.requirements && html`<h2>Bring</h2>${paragraphs(event.requirements)}`}
<p>To book a seat, please allow JavaScript for this site.</p>`)
}

export function eventsText(title: string, events: PublicEvent[], currency: string): Html {
  return readable(html`<h1>${title}</h1>
<ul>${events.map((event) => eventLine(event, currency))}</ul>
${events.length === 0 && html`<p>Nothing is planned at the moment.</p>`}`)
}

export function facilitatorsText(facilitators: Facilitator[]): Html {
  return readable(html`<h1>Facilitators</h1>
<ul>${facilitators.map(
    ({ id, name, specialization }) =>
      html`<li dir="auto"><a href="${addressOf.facilitator(id)}">${name}</a>${specialization && `: ${specialization}`}</li>
`,
  )}</ul>`)
}

export function facilitatorText(
  { name, specialization, bio }: Facilitator,
  events: PublicEvent[],
  currency: string,
): Html {
  return readable(html`<h1 dir="auto">${name}</h1>
${paragraphs(specialization)}${paragraphs(bio)}
<h2>Events</h2>
<ul>${events.map((event) => eventLine(event, currency))}</ul>`)
}

export const plainText = (title: string, text: string): Html =>
  readable(html`<h1>${title}</h1><p>${text}</p>`)

function eventLine(event: PublicEvent, currency: string): Html {
  const { when, where, price, seats } = wordsOf(event, currency)
  return html`<li><a dir="auto" href="${addressOf.event(event.id)}">${event.title}</a><br />${when} · <span dir="auto">${where}</span> · ${price} · ${seats}</li>
`
}

const paragraphs = (text: string | null): Html[] =>
  (text ?? '')
    .split(/\n\s*\n/)
    .filter((each) => each.trim() !== '')
    .map((each) => html`<p dir="auto" style="white-space:pre-line">${each.trim()}</p>`)

/** The app's placeholder would stay for ever. */
const readable = (
  text: Html,
): Html => html`<style>#root{display:none}main{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif;overflow-wrap:anywhere}a{color:inherit}</style>
<nav style="max-width:42rem;margin:1rem auto;padding:0 1rem"><a href="${addressOf.home}">Stillpoint</a> · <a href="${addressOf.events}">Events</a> · <a href="${addressOf.facilitators}">Facilitators</a></nav>
<main>${text}</main>`
