import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '#booking/config.ts'
import { parseMailbox, parseSmtpUrl } from '#shared/config/mail-settings.ts'

test('an SMTP URL says host, port, TLS and login', () => {
  assert.deepEqual(parseSmtpUrl('smtps://us%40er:p%3Aa%2Fss@smtp.example'), {
    host: 'smtp.example',
    port: 465,
    secure: true,
    requireTLS: false,
    auth: { user: 'us@er', pass: 'p:a/ss' },
  })
  assert.deepEqual(parseSmtpUrl('smtp://localhost:2525/'), {
    host: 'localhost',
    port: 2525,
    secure: false,
    requireTLS: false,
    auth: undefined,
  })
  assert.equal(parseSmtpUrl('smtp://smtp.example').port, 587)
  assert.equal(parseSmtpUrl('smtp://[::1]:25').host, '::1')
})

test('a password crosses no network in the clear', () => {
  assert.equal(parseSmtpUrl('smtp://a:b@smtp.example').requireTLS, true)
  assert.equal(parseSmtpUrl('smtp://a:b@127.0.0.1').requireTLS, false)
})

test('what is no SMTP URL is refused without repeating the password', () => {
  for (const url of [
    'smtp://',
    'smtp://a:se/cret@host',
    'smtp://a:se%cret@host',
    'smtp://host?x=1',
    'smtp://host/path',
    'smtp://a:secret@host:99999',
  ])
    assert.throws(
      () => loadConfig({ SMTP_URL: url, MAIL_FROM: 'a@b.example' }),
      ({ message }: Error) => /SMTP_URL cannot be used/.test(message) && !/cret/.test(message),
      url,
    )
})

test('the sender has a name of its own, or the studio’s', () => {
  assert.deepEqual(parseMailbox('a@b.example'), { name: '', address: 'a@b.example' })
  assert.deepEqual(parseMailbox(' "Still, Waters" <a@b.example> '), {
    name: 'Still, Waters',
    address: 'a@b.example',
  })
  for (const text of [
    'a',
    'a@',
    'a@b@c',
    'A <a@b.example>, B <c@d.example>',
    'a@b.example\r\nBcc: x@y.example',
  ])
    assert.equal(parseMailbox(text), undefined, text)
  const env = { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'a@b.example', STUDIO_NAME: 'Still Waters' }
  assert.deepEqual(loadConfig(env).mail?.from, { name: 'Still Waters', address: 'a@b.example' })
  assert.equal(loadConfig({ ...env, MAIL: 'off' }).mail, undefined)
  assert.equal(loadConfig({}).mail?.smtpUrl, undefined)
  assert.equal(loadConfig({ API_PORT: '9000' }).mail?.publicUrl, 'http://localhost:9000')
})
