import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '#booking/database/database.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { isDirect } from '#shared/http/requests/client-address.ts'
import { IdParams } from '#shared/http/schemas/schemas.ts'
import { fullName } from '#shared/lib/full-name.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { type Html, html } from './letters/html.ts'
import * as mailStore from './queue/mail.store.ts'

const SHOWN_MAX = 200

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'",
  'x-frame-options': 'SAMEORIGIN',
}

/**
 * Pages with the mails that development keeps instead of sending them. Register them only then. Mails hold links that let
 * people in, so they are shown on the machine itself and nowhere else.
 */
export function devMailRoutes(app: App, { db }: { db: Db }): void {
  const options = { onRequest: requireOwnMachine, schema: { hide: true } }
  const withId = { ...options, schema: { hide: true, params: IdParams } }

  app.get('/dev/mail', options, async (_request, reply) => {
    const { mails } = await mailStore.list(db, {}, { limit: SHOWN_MAX, offset: 0 })
    return send(reply, page('Mails', listAsHtml(mails)))
  })

  app.get('/dev/mail/:id', withId, async ({ params }, reply) => {
    const mail = await get(db, params.id)
    return send(reply, page(mail.subject ?? mail.kind, mailAsHtml(mail)))
  })

  app.get('/dev/mail/:id/html', withId, async ({ params }, reply) => {
    const { body_html } = await get(db, params.id)
    if (body_html === null) throw notFound('mail')
    return reply.headers(HEADERS).send(body_html)
  })
}

async function requireOwnMachine(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!isDirect(request)) throw notFound('page')
  // Set for the API, whose answers need a token.
  reply.removeHeader('access-control-allow-origin')
}

async function get(db: Db, id: number): Promise<mailStore.FoundMail> {
  const mail = await mailStore.find(db, id)
  if (!mail) throw notFound('mail')
  return mail
}

const send = (reply: FastifyReply, { html: text }: Html) => reply.headers(HEADERS).send(text)

function listAsHtml(mails: mailStore.ListedMail[]): Html {
  if (mails.length === 0) return html`<p>There are no mails yet: book an event.</p>`
  return html`<table><tr><th>For</th><th>Subject</th><th>Kind</th><th>State</th><th>Since (UTC)</th></tr>${mails.map(
    ({ id, email, subject, kind, status, last_error, created_at }) =>
      html`<tr><td>${email}</td><td dir="auto"><a href="/dev/mail/${id}">${subject ?? '(not written yet)'}</a></td><td>${kind}</td><td>${status}${last_error ? `: ${last_error}` : ''}</td><td>${toWireTime(created_at)}</td></tr>`,
  )}</table>`
}

function mailAsHtml(mail: mailStore.FoundMail): Html {
  const { id, first_name, last_name, sent_to, email, status, last_error, body_text, calendar } = mail
  return html`<p><a href="/dev/mail">All mails</a></p>
<p dir="auto">To ${fullName({ first_name, last_name })}, ${sent_to ?? email} · ${status}${last_error ? `: ${last_error}` : ''}</p>
${body_text === null ? html`<p>A mail is written when it is due.</p>` : html`<iframe title="HTML" sandbox="allow-popups" src="/dev/mail/${id}/html"></iframe><h2>Text</h2><pre dir="auto">${body_text}</pre>`}
${calendar === null ? undefined : html`<h2>event.ics</h2><pre>${calendar}</pre>`}`
}

function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:1000px;margin:24px auto;padding:0 16px}td,th{text-align:left;padding:4px 12px 4px 0;vertical-align:top;overflow-wrap:anywhere}iframe{width:100%;height:720px;border:1px solid #8888}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>
</head><body><h1 dir="auto">${title}</h1>
${content}
</body></html>
`
}
