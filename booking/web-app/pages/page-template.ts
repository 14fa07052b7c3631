import type { Html } from './html.rules.ts'

/** The built page of the web app, with places for the head of each page and for readers without JavaScript. */
export type PageTemplate = { fill(head: Html, noscript: Html): string }

const HEAD = /[ \t]*<title>[\s\S]*?<\/title>/
const DESCRIPTION = /[ \t]*<meta name="description"[^>]*>\n?/
const NOSCRIPT = /<noscript>[\s\S]*?<\/noscript>/

/** Throws when the page lacks one of the places. */
export function readTemplate(page: string): PageTemplate {
  const [beforeHead, rest] = split(page.replace(DESCRIPTION, ''), HEAD)
  const [between, after] = split(rest, NOSCRIPT)
  return {
    fill: (head, noscript) =>
      `${beforeHead}    ${head.text}${between}<noscript>${noscript.text}</noscript>${after}`,
  }
}

function split(text: string, place: RegExp): [before: string, after: string] {
  const found = place.exec(text)
  if (!found) throw new Error(`The page of the web app lacks ${place.source}`)
  return [text.slice(0, found.index), text.slice(found.index + found[0].length)]
}
