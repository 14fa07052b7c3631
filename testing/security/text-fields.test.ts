import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestBooking } from '#harness/apps/test-booking.ts'
import { ask } from '#harness/clients/ask.ts'
import { aFacilitator, anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

const TOKEN = 'a-token-that-only-this-test-knows-0123'

// biome-ignore format: a list to look through
const PAYLOADS = [
  'plain', "'", "''", '"', "' or '1'='1", "'; drop table users; --", "admin'/*", '\\', "\\'", '$$;select pg_sleep(9)', '{{7*7}}', '$1', ':name', '?', '%', '_', '%_\\',
  '100%', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '&lt;b&gt;', 'javascript:alert(1)', '=1+1', '+1', '-1', '@SUM(A1)', "=cmd|'/C calc'!A1",
  'a\r\nSet-Cookie: x=y', 'a\nb', 'a\tb', 'a\u2028b', 'a\u0085b', '{"level":60,"msg":"forged"}', 'a\u001b[31mred', 'a\bb', '\u202eevil', 'a\u200bb', '\ufeffa', 'e\u0301', 'ﬁ', 'İ', 'ß',
  '😀', '👨‍👩‍👧‍👦', '𝒳', '日本語', 'العربية', 'null', 'undefined', 'NaN', '[object Object]', '__proto__', '../../etc/passwd', 'a\0b', '\0', '\ud800', 'a\udfff', '0', '007', '1e3', 'x'.repeat(100),
]

let booking: Awaited<ReturnType<typeof startTestBooking>>
let crm: ServiceProcess

before(async () => {
  booking = await startTestBooking()
  crm = await startService('crm', { LOG_LEVEL: 'trace', CRM_BEARER_TOKEN: TOKEN })
})
after(async () => {
  await booking.close()
  await crm.stop()
})

const person = () => ({
  email: `${randomUUID()}@example.com`,
  password: 'securepassword123',
  first_name: 'F',
  last_name: 'L',
})

const askCrm = (method: string, path: string, body?: object) =>
  ask(method, crm.url + path, { token: TOKEN, ...(body && { body }) })

/** What comes back of a text that went in: itself without blanks around it, or undefined where it was refused. */
type Field = { name: string; isTrimmed: boolean; kind: Kind; send(text: string): Promise<unknown> }

/** How many more of `PAYLOADS` are refused: controls, line breaks and overrides. Of what the CRM is told, none. */
const REFUSED = { line: 8, words: 5, lines: 4, contract: 0 }
type Kind = keyof typeof REFUSED

const REGISTER_FIELDS: Field[] = [['first_name', 'last_name'], ['phone']].map((names) => ({
  name: `register ${names.join(' and ')}`,
  kind: 'line',
  isTrimmed: true,
  async send(text) {
    const input = { ...person(), ...Object.fromEntries(names.map((name) => [name, text])) }
    const { status, body } = await booking.request('POST', '/api/auth/register', { body: input })
    if (status === 400) return undefined
    assert.equal(status, 201, JSON.stringify(text))
    const { deps } = booking
    const row = await deps.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', body.user.id)
      .executeTakeFirstOrThrow()
    const profile = await booking.request('GET', '/api/auth/profile', {
      token: await deps.identity.sessions.issue('access', row),
    })
    const kept = names.flatMap((name) => [body.user[name], profile.body.user[name], row[name as 'phone']])
    assert.equal(new Set(kept).size, 1, 'the answer, the profile and the row agree')
    return kept[0]
  },
}))

const PROFILE_FIELDS: Field[] = ['first_name', 'last_name', 'phone'].map((name) => ({
  name: `profile ${name}`,
  kind: 'line',
  isTrimmed: true,
  async send(text) {
    const { token } = await aUser(booking.deps)
    const { status, body } = await booking.request('PUT', '/api/auth/profile', {
      token,
      body: { [name]: text },
    })
    if (status === 400) return undefined
    const again = await booking.request('GET', '/api/auth/profile', { token })
    assert.equal(again.body.user[name], body.user[name])
    return body.user[name]
  },
}))

const FACILITATOR_FIELDS: Field[] = ['first_name', 'bio', 'specialization'].map((name) => ({
  name: `facilitator ${name}`,
  kind: name === 'bio' ? 'lines' : 'line',
  isTrimmed: true,
  async send(text) {
    const { token, id: user_id } = await aUser(booking.deps)
    const url = `/api/facilitators/${(await aFacilitator(booking.deps, { user_id })).id}`
    const { status } = await booking.request('PUT', url, { token, body: { [name]: text } })
    if (status === 400) return undefined
    return (await booking.request('GET', url, { token })).body.facilitator[name]
  },
}))

const BOOKING_NOTES: Field = {
  name: 'booking notes',
  kind: 'lines',
  isTrimmed: true,
  async send(text) {
    const [{ token }, event_id] = [await aUser(booking.deps), await anEvent(booking.deps)]
    const { status, body } = await booking.request('POST', '/api/bookings/', {
      token,
      body: { event_id, notes: text },
    })
    if (status === 400) return undefined
    const again = await booking.request('GET', `/api/bookings/${body.booking.id}`, { token })
    assert.equal(again.body.booking.notes, body.booking.notes)
    return again.body.booking.notes
  },
}

const WAITLIST_NOTES: Field = {
  name: 'waitlist notes',
  kind: 'lines',
  isTrimmed: true,
  async send(text) {
    const { token } = await aUser(booking.deps)
    const event_id = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
    const path = `/api/events/${event_id}/waitlist`
    const { status } = await booking.request('POST', path, { token, body: { notes: text } })
    if (status === 400) return undefined
    const { body } = await booking.request('GET', '/api/bookings/waitlist', { token })
    return body.waitlist[0].notes
  },
}

const EVENT_FIELDS: Field[] = ['title', 'description', 'location', 'requirements'].map((name) => ({
  name: `event ${name}`,
  kind: name === 'title' || name === 'location' ? 'line' : 'lines',
  isTrimmed: true,
  async send(text) {
    const { token, facilitator_id } = await anOrganiser(booking.deps)
    const path = `/api/events/${await anEvent(booking.deps, { facilitator_id })}`
    const { status } = await booking.request('PUT', path, { token, body: { [name]: text } })
    if (status === 400) return undefined
    return (await booking.request('GET', path, { token })).body.event[name]
  },
}))

const CANCELLATION_REASON: Field = {
  name: 'cancellation reason',
  kind: 'words',
  isTrimmed: true,
  async send(text) {
    const { token, facilitator_id } = await anOrganiser(booking.deps)
    const path = `/api/events/${await anEvent(booking.deps, { facilitator_id })}`
    const { status } = await booking.request('PUT', `${path}/cancel`, { token, body: { reason: text } })
    if (status === 400) return undefined
    return (await booking.request('GET', path, { token })).body.event.cancellation_reason ?? null
  },
}

const NOTIFICATION_FIELDS: Field[] = ['user.email', 'user.name', 'user.phone', 'event.title'].map((path) => ({
  name: `notification ${path}`,
  kind: 'contract',
  isTrimmed: false,
  async send(text) {
    const [part, key] = path.split('.') as ['user' | 'event', string]
    const notification = aNotification()
    const { status } = await askCrm('POST', '/api/notify', {
      ...notification,
      [part]: { ...notification[part], [key]: text },
    })
    if (status === 400) return undefined
    const { body } = await askCrm('GET', `/api/bookings/${notification.booking_id}`)
    return body.booking[part][key]
  },
}))

const FIELDS = [
  ...REGISTER_FIELDS,
  ...PROFILE_FIELDS,
  ...FACILITATOR_FIELDS,
  BOOKING_NOTES,
  WAITLIST_NOTES,
  ...EVENT_FIELDS,
  CANCELLATION_REASON,
  ...NOTIFICATION_FIELDS,
]

for (const { name, isTrimmed, kind, send } of FIELDS) {
  test(`${name} is kept to the byte, or refused`, async () => {
    let refused = 0
    for (const text of PAYLOADS) {
      const kept = await send(text)
      const expected = isTrimmed ? text.trim() || null : text
      if (kept === undefined) refused++
      else assert.equal(kept, expected, JSON.stringify(text))
    }
    // NUL and broken Unicode always; phones are short; one or the other must not be empty.
    const more = refused - REFUSED[kind]
    assert.ok(more >= 4 && more <= 6, `${refused} refused`)
  })
}

// biome-ignore format: a list to look through
const NOT_IN_A_LINE = [
  ...'\u0001\u0008\t\n\r\u001b\u007f\u0080\u009f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206f\ufff9\ufffb',
].map((char) => `Ana${char}txt`)
// biome-ignore format: a list to look through
const NOTHING_TO_SEE = ['\u200f', '\u200e\u200f', '\u3164', '\u115f', '\u1160', '\uffa0', '\u2800', '\u00ad', '\u200b', '\u0301', '\u034f', '\u2060', '\ufe0f', '\u{e0100}', '\u{1d173}', '\ue000', '\u180e', '\u00a0\u3000\u200b']
/** Marks of direction, joiners and emoji are what names are written with. */
// biome-ignore format: a list to look through
const FINE = [
  'נועה\u200f', 'می\u200cخواهم', 'a\u200eb', '👩🏽\u200d🦱', 'क्\u200dष', 'e\u0301', '李', 'ـ', '-', 'O’Neil',
]

for (const { name, kind, send } of FIELDS.filter(({ kind }) => kind !== 'contract')) {
  test(`${name} hides nothing, turns nothing round, and is not drawn as nothing`, async () => {
    const isRefused = async (text: string) => (await send(text)) === undefined
    const mayBreak = (text: string) => kind !== 'line' && /[\t\n\r]/.test(text)
    const turns = kind === 'lines' ? /[\p{Cc}\u202d\u202e]/u : /./s
    for (const text of NOT_IN_A_LINE)
      assert.equal(await isRefused(text), turns.test(text) && !mayBreak(text), JSON.stringify(text))
    if (kind !== 'lines')
      for (const text of NOTHING_TO_SEE) assert.ok(await isRefused(text), JSON.stringify(text))
    for (const text of FINE) assert.equal(await send(text), text, JSON.stringify(text))
  })
}

test('a refusal of text says what to do, and takes no longer for a long one', async () => {
  const { token } = await aUser(booking.deps)
  const edit = (body: object) => booking.request('PUT', '/api/auth/profile', { token, body })
  const bad = await edit({ first_name: 'Ana\u202Etxt', last_name: '\u3164', phone: '\u200f' })
  assert.deepEqual(
    [bad.status, bad.body.details.map(({ field }: { field: string }) => field)],
    [400, ['first_name', 'last_name', 'phone']],
  )
  assert.match(
    bad.body.error,
    /first_name must be one line .* type it instead of pasting it; last_name must have something to be seen in it, or be left empty; phone must have something to be seen/,
  )
  const startedAt = performance.now()
  for (const text of [' '.repeat(60_000), `${' '.repeat(60_000)}\u0001`, `${'\u200b'.repeat(20_000)}\u202e`])
    await edit({ first_name: text })
  assert.ok(performance.now() - startedAt < 500)
})

test('what looks like a search pattern or a statement finds only what has these characters', async () => {
  const { token } = await aUser(booking.deps)
  for (const title of PAYLOADS.filter((text) => text.isWellFormed() && !text.includes('\0'))) {
    await anEvent(booking.deps, { title: `marked ${title} title` })
  }
  for (const text of [
    '%',
    '_',
    '\\',
    '%_\\',
    "' or '1'='1",
    '$1',
    '<script>alert(1)</script>',
    '日本語',
    'x'.repeat(100),
  ]) {
    const search = encodeURIComponent(`marked ${text} title`)
    const { status, body } = await booking.request('GET', `/api/events/?per_page=100&search=${search}`, {
      token,
    })
    const titles: string[] = body.events.map((event: { title: string }) => event.title)
    assert.equal(status, 200)
    assert.ok(titles.includes(`marked ${text} title`), text)
    for (const title of titles)
      for (const word of text.split(' ')) assert.ok(plain(title).includes(plain(word)), `${text}: ${title}`)
  }
})

/** Apostrophes and case do not count in a search. */
const plain = (text: string) => text.replaceAll("'", '').toLowerCase()

test('every line of the log is one JSON object, and none was forged', async () => {
  for (const text of PAYLOADS) await askCrm('GET', `/api/${encodeURIComponent(text.toWellFormed())}?q=%0a%0d`)
  // The last line may not be complete yet.
  const lines = crm.output().split('\n').slice(0, -1)
  assert.ok(lines.length > 300)
  for (const line of lines) {
    const { level, msg } = JSON.parse(line)
    assert.ok(level < 50 && msg !== 'forged', line)
  }
})
