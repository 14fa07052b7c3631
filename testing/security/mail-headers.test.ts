import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { domainToASCII } from 'node:url'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { sendMails } from '#harness/apps/test-mail.ts'
import { type ReceivedMail, type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { anOrganiser, aUser } from '#harness/data/factories.ts'

/** What people may write into names, titles, places, messages and addresses, sent to a real SMTP server and read by another library. */

// biome-ignore format: a list to look through
const TEXTS = [
  'plain', 'a\r\nBcc: victim@example.com', 'a\nBcc: victim@example.com', 'a\rBcc: victim@example.com', 'a\r\n\r\nanother body', 'a\0b', 'a\tb', 'a\u0085b', 'a\u2028Bcc: victim@example.com',
  'a%0d%0aBcc:victim@example.com', 'a\\r\\nBcc: victim@example.com', '=?utf-8?q?Bcc=3A_victim?=', '=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLmNvbQ==?=', 'a =?iso-8859-1?Q?=0D=0ABcc:?= b', '=?', '?=', '=?utf-8?q?',
  'a, b', 'a; b', 'a: b', '"quoted"', "O'Neil", '\\', 'a\\"b', '"', '<victim@example.com>', 'victim@example.com', 'Eve <victim@example.com>, Bob', 'x>, <victim@example.com', 'group: victim@example.com;', '(comment)', '(open', ')',
  'a\u202egpj.exe', 'a\u2066b', 'שלום', 'مرحبا', 'نועה\u200f', '🧘', '👨‍👩‍👧‍👦 family', 'é', 'e\u0301', '日本語', 'Ünï cödé', '𝒳', '\ud800', '--', '.', '\u200b', '{{name}}', '$&', '%s', '<b>x</b>', '&lt;', 'x'.repeat(90), 'long '.repeat(19), '🧘'.repeat(24), 'ö'.repeat(90),
]

// biome-ignore format: a list to look through
const GOOD_ADDRESSES = (name: string) => [
  `${name}@example.com`, `${name}+tag@example.com`, `o'${name}@example.com`, `${name}.x_y-z=!#$%&*/?^\`{|}~@example.com`, `${name}@bücher.example`, `b${name}@xn--bcher-kva.example`, `${name}@例え.テスト`, `${name}@sub.sub.example.co.uk`,
  `jörg${name}@example.com`, `用户${name}@example.com`,
]
// biome-ignore format: a list to look through
const BAD_ADDRESSES = [
  '"quoted part"@example.com', '"a\\"b"@example.com', 'a(comment)@example.com', '(comment)a@example.com', 'a@example.com(comment)', 'Eve <a@example.com>', '<a@example.com>', 'a@example.com, victim@example.com', 'a@example.com;victim@example.com', 'a,b@example.com',
  'a@example.com\r\nBcc: victim@example.com', 'a@example.com\nRCPT TO:<victim@example.com>', 'a\r\n@example.com', 'a@exa\r\nmple.com', 'a\0@example.com', 'a b@example.com', 'a@b@example.com', 'victim@example.com@example.org', '@example.com', 'a@', 'a@[127.0.0.1]', 'a@127.0.0.1', 'a@example', 'a@-example.com',
  'a\u202e@example.com', 'a\u200b@example.com', 'ａ@example.com', 'a@exam\u00adple.com', '=?utf-8?q?a?= <a@example.com>', 'group:a@example.com;', '@relay.example:a@example.com', `${'a'.repeat(65)}@example.com`,
]

/** Nothing but these may be in the head of a mail, each once. */
const HEADERS = new Set([
  ...['from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type'],
  ...['auto-submitted', 'x-auto-response-suppress', 'list-unsubscribe', 'list-unsubscribe-post'],
])

let receiver: SmtpReceiver
let booking: TestBooking
let leader: Awaited<ReturnType<typeof anOrganiser>>
let admin: Awaited<ReturnType<typeof aUser>>

before(async () => {
  receiver = await startSmtpReceiver()
  booking = await startTestBooking({
    env: {
      SMTP_URL: receiver.url,
      MAIL_FROM: 'hello@studio.example',
      STUDIO_NAME: 'Yoga, "Still" <Point> & Söhne',
      PUBLIC_URL: 'https://studio.example',
      CORS_ORIGINS: 'https://studio.example',
      WRITES_PER_MINUTE: '0',
    },
  })
  leader = await anOrganiser(booking.deps)
  admin = await aUser(booking.deps, { is_admin: true })
})
after(async () => {
  await booking.close()
  await receiver.close()
})

type Answer = { status: number; body: { error?: string; details?: unknown[] } }

/** Whether the text was taken; a refusal has to be a 400 with a sentence. */
function isTaken({ status, body }: Answer, text: string): boolean {
  if (status < 300) return true
  assert.equal(status, 400, JSON.stringify(text))
  assert.match(body.error ?? '', /\w+ \w+ \w+/, JSON.stringify(text))
  return false
}

/** The mails that arrive when everything that is owed is sent. */
async function arriving(): Promise<ReceivedMail[]> {
  const before = receiver.mails.length
  await sendMails(booking.deps)
  return receiver.mails.slice(before)
}

/** One recipient, on the envelope and in the head, and no header that is not ours or that comes twice. */
function check({ to, email, raw }: ReceivedMail, recipient: string, text: string) {
  const about = JSON.stringify(text)
  assert.equal(asciiOf(to), asciiOf(recipient), about)
  assert.deepEqual(
    email.to?.map(({ address = '' }) => asciiOf(address)),
    [asciiOf(recipient)],
    about,
  )
  assert.deepEqual([email.cc, email.bcc, email.replyTo], [undefined, undefined, undefined], about)
  assert.equal(email.from?.address, 'hello@studio.example')
  assert.equal(email.from?.name, 'Yoga, "Still" <Point> & Söhne')
  const keys = email.headers.map(({ key }) => key)
  assert.equal(new Set(keys).size, keys.length, about)
  for (const key of keys) assert.ok(HEADERS.has(key), `${key} of ${about}`)
  const [head = ''] = raw.split('\r\n\r\n')
  for (const line of head.split('\r\n'))
    assert.match(line, /^(?:[A-Za-z-]+: ?|\s+)\S.*$|^[A-Za-z-]+:$/, about)
  // Only an address may be in other letters, and only where the server takes that (RFC 6531).
  assert.doesNotMatch(head.replaceAll('\r\n', '').replaceAll(recipient, ''), /[^\x20-\x7e\t]/, about)
}

/** A server may be told, and tell, a domain in either form. */
function asciiOf(address: string): string {
  const at = address.lastIndexOf('@') + 1
  return `${address.slice(0, at)}${domainToASCII(address.slice(at))}`
}

const shown = (text: string) => text.trim().replace(/\s+/g, ' ')

test('names come out right, and are nothing but names', async () => {
  let taken = 0
  for (const text of TEXTS) {
    const person = { email: `${randomUUID()}@example.com`, password: 'three unrelated words' }
    const answer = await booking.request('POST', '/api/auth/register', {
      body: { ...person, first_name: text, last_name: text },
    })
    const mails = await arriving()
    if (!isTaken(answer, text)) {
      assert.equal(mails.length, 0)
      continue
    }
    taken++
    const [mail, ...more] = mails
    assert.ok(mail && more.length === 0, JSON.stringify(text))
    check(mail, person.email, text)
    const name = shown(`${text.trim()} ${text.trim()}`)
    // What looks like encoded text is taken apart: it would be decoded, also inside quotes.
    assert.equal(shown(mail.email.to?.[0]?.name ?? ''), name.replaceAll('=?', '= ?'))
  }
  assert.ok(taken > 35 && taken < TEXTS.length - 8, String(taken))
})

/** Long titles leave room for the day. */
const SHORTENED: Record<string, string> = {
  ['x'.repeat(90)]: `${'x'.repeat(30)}…`,
  ['long '.repeat(19).trim()]: `${'long '.repeat(12).trim()}…`,
  ['ö'.repeat(90)]: `${'ö'.repeat(30)}…`,
}

test('titles and places come out right in the subject and the text', async () => {
  let taken = 0
  for (const [i, text] of TEXTS.entries()) {
    const start = new Date(booking.clock.now().getTime() + (100 + i) * 3_600_000)
    const form = {
      ...{ title: text, location: text, event_type: 'session', max_participants: 5 },
      ...{ facilitator_id: leader.facilitator_id, start_datetime: start, end_datetime: inAnHour(start) },
    }
    const answer = await booking.request('POST', '/api/events/', { token: leader.token, body: form })
    if (!isTaken(answer, text)) continue
    taken++
    const person = await aUser(booking.deps)
    await booking.request('POST', '/api/bookings/', {
      token: person.token,
      body: { event_id: answer.body.event.id },
    })
    const [mail, ...more] = await arriving()
    assert.ok(mail && more.length === 0, JSON.stringify(text))
    check(mail, person.email, text)
    const { subject = '', text: body = '' } = mail.email
    const title = SHORTENED[text.trim()] ?? shown(text)
    assert.ok(subject.startsWith(`Booked: ${title}, `), `${JSON.stringify(text)}: ${subject}`)
    assert.ok(body.includes(`: ${text.trim()}\n`), `${JSON.stringify(text)}: ${body}`)
  }
  assert.ok(taken > 35 && taken < TEXTS.length - 8, String(taken))
})

test('subjects of messages come out right, to each of those who come', async () => {
  const start = new Date(booking.clock.now().getTime() + 999 * 3_600_000)
  const { body } = await booking.request('POST', '/api/events/', {
    token: admin.token,
    body: {
      ...{ title: 'Written to', location: 'Here', event_type: 'session', max_participants: 5 },
      ...{ facilitator_id: leader.facilitator_id, start_datetime: start, end_datetime: inAnHour(start) },
    },
  })
  const people = [await aUser(booking.deps), await aUser(booking.deps)]
  for (const { token } of people)
    await booking.request('POST', '/api/bookings/', { token, body: { event_id: body.event.id } })
  await arriving()
  let taken = 0
  for (const text of TEXTS) {
    // Twenty messages a day are enough for anybody.
    const author = await aUser(booking.deps, { is_admin: true })
    const answer = await booking.request('POST', `/api/events/${body.event.id}/messages`, {
      token: author.token,
      body: { subject: text, text: `About ${text.replace(/[\0\ud800]/g, '')}` },
    })
    const mails = await arriving()
    if (!isTaken(answer, text)) continue
    taken++
    const recipients = [...people, author].map(({ email }) => email)
    assert.deepEqual(mails.map(({ to }) => to).toSorted(), recipients.toSorted(), JSON.stringify(text))
    for (const mail of mails) {
      check(mail, mail.to, text)
      const copy = mail.to === author.email ? 'Copy: ' : ''
      assert.equal(mail.email.subject, `${copy}${shown(text)}`)
    }
  }
  assert.ok(taken > 35 && taken < TEXTS.length - 8, String(taken))
})

test('an address is one mailbox, and what is none is refused with a sentence', async () => {
  const register = (email: string) =>
    booking.request('POST', '/api/auth/register', {
      body: { email, password: 'three unrelated words', first_name: 'Ann', last_name: 'Other' },
    })
  for (const email of BAD_ADDRESSES) {
    assert.equal(isTaken(await register(email), email), false, email)
    assert.equal((await arriving()).length, 0, email)
  }
  for (const email of GOOD_ADDRESSES(randomUUID().slice(0, 8))) {
    assert.equal((await register(email)).status, 201, email)
    const [mail, ...more] = await arriving()
    assert.ok(mail && more.length === 0, email)
    check(mail, email, email)
  }
})

const inAnHour = (start: Date) => new Date(start.getTime() + 3_600_000)
