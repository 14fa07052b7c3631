import { toLine } from '#shared/errors/text-patterns.ts'
import { type Html, html } from './html.ts'
import type { Block, Fact, Letter } from './letter.ts'

export type Studio = { name: string; address: string | undefined }

type Frame = {
  studio: Studio
  publicUrl: string
  /** Where the person switches such mails off. */
  optOutUrl?: string | undefined
}

/** Returns the subject, the text and the HTML of a letter. Each of the two stands alone. */
export function layOut(letter: Letter, frame: Frame): { subject: string; text: string; html: string } {
  return {
    // One line without control characters: a header cannot be continued or turned round by a title.
    subject: toLine(letter.subject),
    text: toText(letter, frame),
    html: toHtml(letter, frame).html,
  }
}

function toText({ heading, blocks, action, footnote }: Letter, frame: Frame): string {
  const { studio, publicUrl, optOutUrl } = frame
  const optOut = optOutUrl && `${OPT_OUT}: ${optOutUrl}`
  const parts = [
    heading,
    ...blocks.map(blockAsText),
    ...(action ? [`${action.label}:\n${publicUrl}${action.path}`] : []),
    ['-- ', studio.name, studio.address, '', footnote, optOut]
      .filter((line) => line !== undefined)
      .join('\n'),
  ]
  return `${parts.join('\n\n')}\n`
}

const OPT_OUT = 'Switch these mails off'

function blockAsText(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return block.text
    case 'quote':
      return linesOf(block.text)
        .map((line) => `> ${line}`.trimEnd())
        .join('\n')
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n')
    case 'facts':
      return block.facts.map(factAsText).join('\n')
  }
}

const factAsText = ({ label, value, was }: Fact): string =>
  was === undefined ? `${label}: ${value}` : `${label}: ${value}\n  (until now: ${was})`

/** Inline styles, since some programs drop style elements; in the dark the style element is needed, with `!important`. */
function toHtml({ subject, heading, blocks, action, footnote }: Letter, frame: Frame): Html {
  const { studio, publicUrl, optOutUrl } = frame
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${toLine(subject)}</title>
<style>${DARK}</style>
</head>
<body class="page" style="${PAGE}">
<div class="card" style="${CARD}">
<p class="quiet" style="${STUDIO}" dir="auto">${studio.name}</p>
<h1 class="text" style="${HEADING}" dir="auto">${heading}</h1>
${blocks.map(blockAsHtml)}
${action ? actionAsHtml(action.label, `${publicUrl}${action.path}`) : undefined}
</div>
<div class="quiet" style="${FOOT}">
<p style="margin:0 0 4px" dir="auto">${studio.name}</p>
${studio.address ? html`<p style="margin:0 0 12px" dir="auto">${studio.address}</p>` : undefined}
<p style="margin:0">${footnote}</p>
${optOutUrl === undefined ? undefined : html`<p style="margin:4px 0 0"><a class="link" style="${LINK}" href="${optOutUrl}">${OPT_OUT}</a></p>`}
</div>
</body>
</html>
`
}

function blockAsHtml(block: Block): Html {
  switch (block.type) {
    case 'paragraph':
      return html`<p class="text" style="${TEXT}" dir="auto">${block.text}</p>\n`
    case 'quote':
      return html`<blockquote class="quote" style="${QUOTE}" dir="auto">${lines(block.text)}</blockquote>\n`
    case 'list':
      return html`<ul class="text" style="${LIST}">${block.items.map((item) => html`<li><bdi>${item}</bdi></li>`)}</ul>\n`
    case 'facts':
      return html`<table style="${FACTS}">${block.facts.map(factAsHtml)}</table>\n`
  }
}

function factAsHtml({ label, value, was, href }: Fact): Html {
  const shown =
    href === undefined ? html`${value}` : html`<a class="link" style="${LINK}" href="${href}">${value}</a>`
  const old = was === undefined ? undefined : html`<s class="quiet" style="${OLD}">${was}</s><br>`
  return html`<tr><th class="quiet" style="${LABEL}" scope="row">${label}</th><td class="text" style="${VALUE}" dir="auto">${old}${shown}</td></tr>`
}

const actionAsHtml = (label: string, url: string): Html =>
  html`<p style="margin:24px 0 0"><a class="button" style="${BUTTON}" href="${url}">${label}</a></p>
<p class="quiet" style="${URL_STYLE}">${url}</p>`

const lines = (text: string): Html[] =>
  linesOf(text).map((line, i) => (i === 0 ? html`${line}` : html`<br>${line}`))

const linesOf = (text: string): string[] => text.trim().split(/\r\n|[\r\n\u2028\u2029]/)

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const WRAP = 'overflow-wrap:anywhere;word-break:break-word'
const PAGE = `margin:0;padding:16px 8px;background:#f4f1ec;${FONT}`
const CARD = 'max-width:560px;margin:0 auto;padding:28px 24px;background:#ffffff;border-radius:12px'
const STUDIO = 'margin:0 0 16px;font-size:14px;color:#665f58'
const HEADING = `margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:600;color:#23201d;${WRAP}`
const TEXT = `margin:0 0 16px;font-size:16px;line-height:1.5;color:#23201d;${WRAP}`
const QUOTE = `margin:0 0 16px;padding:4px 0 4px 16px;border-left:3px solid #b9aea1;font-size:16px;line-height:1.5;color:#23201d;${WRAP}`
const LIST = `margin:0 0 16px;padding-left:20px;font-size:16px;line-height:1.6;color:#23201d;${WRAP}`
const FACTS = 'width:100%;margin:0 0 16px;border-collapse:collapse'
const LABEL =
  'padding:6px 16px 6px 0;vertical-align:top;text-align:left;font-size:14px;line-height:1.5;font-weight:400;color:#665f58;white-space:nowrap'
const VALUE = `width:100%;padding:6px 0;vertical-align:top;text-align:left;font-size:16px;line-height:1.4;color:#23201d;${WRAP}`
const OLD = 'color:#665f58'
const LINK = 'color:#1f5c57'
const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#1f5c57;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none'
const URL_STYLE = `margin:12px 0 0;font-size:13px;line-height:1.4;color:#665f58;${WRAP}`
const FOOT = `max-width:560px;margin:0 auto;padding:16px 24px;font-size:13px;line-height:1.5;color:#665f58;${WRAP}`

/** Of constants only: `html` would escape them. */
const DARK: Html = {
  html: `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#171614!important}.card{background:#23211f!important}
.text,.quote{color:#f0ece6!important}.quiet{color:#b5aca2!important}
.link{color:#8fd0c9!important}.button{background:#8fd0c9!important;color:#10302d!important}}`,
}
