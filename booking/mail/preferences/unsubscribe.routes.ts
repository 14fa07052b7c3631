import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { type Html, html } from '#booking/mail/letters/html.ts'
import type { Studio } from '#booking/mail/letters/layout.ts'
import type { LinkKeys } from '#booking/mail/links/link-keys.ts'
import type { App } from '#shared/http/app.ts'
import { PREFERENCE_NAMES } from './mail-preference.rules.ts'
import { changePreferences, type MailPreferenceDeps } from './mail-preference.service.ts'
import { readOptOut } from './unsubscribe-link.rules.ts'

type UnsubscribeDeps = MailPreferenceDeps & { mail: { links: LinkKeys; studio: Studio } }

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}

const BODY_MAX_BYTES = 4_096

/**
 * Where the link in a mail leads, without a login. A GET changes nothing, since programs that look at mails open links; a POST
 * switches off, from the page's button or from a mail program that has one (RFC 8058). `app` is a scope of its own: its routes
 * take forms.
 */
export function unsubscribeRoutes(app: App, deps: UnsubscribeDeps): void {
  const { links, studio } = deps.mail
  const schema = { hide: true, querystring: Type.Object({ link: Type.Optional(Type.String()) }) }
  const send = (reply: FastifyReply, { html: text }: Html) => reply.headers(HEADERS).send(text)

  app.get('/unsubscribe', { schema }, async ({ query: { link = '' } }, reply) => {
    const optOut = readOptOut(link, links)
    if (!optOut) return send(reply.code(400), page(studio, BROKEN))
    const what = PREFERENCE_NAMES[optOut.preference]
    return send(
      reply,
      page(
        studio,
        html`<h1>Switch off ${what}?</h1>
<form method="post"><button>Switch off</button></form>`,
      ),
    )
  })

  // A form, as a browser or a mail program sends it. The address says everything.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX_BYTES }, (_request, _body, done) =>
    done(null, undefined),
  )
  app.post('/unsubscribe', { schema }, async ({ query: { link = '' } }, reply) => {
    const optOut = readOptOut(link, links)
    if (!optOut) return send(reply.code(400), page(studio, BROKEN))
    const { user_id, preference } = optOut
    await changePreferences(deps, { user_id, actor_id: null }, { [preference]: false })
    return send(
      reply,
      page(
        studio,
        html`<h1>Done</h1>
<p>You get no more ${PREFERENCE_NAMES[preference]}. In <a href="/profile">your profile</a> you can switch them on again.</p>`,
      ),
    )
  })
}

const BROKEN = html`<h1>This link is not complete</h1>
<p>Copy the whole link from the mail, or switch mails off in <a href="/profile">your profile</a>.</p>`

function page({ name }: Studio, content: Html): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${name}: mails</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:560px;margin:48px auto;padding:0 16px}h1{font-size:24px;line-height:1.3}button{font:inherit;font-weight:600;padding:12px 20px;border:0;border-radius:8px;background:#1f5c57;color:#fff;cursor:pointer}</style>
</head><body><main><p dir="auto">${name}</p>
${content}
</main></body></html>
`
}
