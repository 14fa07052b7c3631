import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { ask } from '#harness/clients/ask.ts'
import { type ReceivedMail, type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

/**
 * The secrets of links: for a new password, to confirm an address, to switch mails off, and of a calendar. Real processes are
 * taken through every way to use one, rightly and wrongly, and then everything that they have written is searched.
 */
const CRM_TOKEN = 'a-crm-token-that-only-this-test-knows'
const PASSWORD = 'three unrelated words'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const ARRIVES_MAX_MS = 15_000

let receiver: SmtpReceiver
let booking: ServiceProcess
let crm: ServiceProcess
let client: pg.Client
/** By what each is for. */
const secrets = new Map<string, string>()
/** Heads and bodies of all answers of the journeys, but the one that gives out the address of a calendar. */
const answers: string[] = []
const referrerPolicies = new Map<string, string | null>()

before(async () => {
  receiver = await startSmtpReceiver()
  crm = await startService('crm', { LOG_LEVEL: 'trace', CRM_BEARER_TOKEN: CRM_TOKEN })
  booking = await startService('booking', {
    LOG_LEVEL: 'trace',
    CRM_BEARER_TOKEN: CRM_TOKEN,
    CRM_SERVICE_URL: crm.url,
    SMTP_URL: receiver.url,
    MAIL_FROM: 'hello@studio.example',
    MAILS_PER_SECOND: '100',
    AUTH_RATE_LIMIT: 'off',
  })
  client = new pg.Client({ connectionString: booking.database.url })
  await client.connect()
})
after(async () => {
  await client.end()
  await Promise.all([booking.stop(), crm.stop()])
  await receiver.close()
})

type Asked = Parameters<typeof ask>[2]

async function send(method: string, path: string, asked: Asked = {}) {
  const answer = await ask(method, booking.url + path, asked)
  answers.push(JSON.stringify([...answer.headers]), answer.text)
  // Of more than twenty refusals in a second not all would have a line.
  if (answer.status >= 400) await sleep(60)
  referrerPolicies.set(`${method} ${path.split('?')[0]}`, answer.headers.get('referrer-policy'))
  return answer
}

async function succeed(method: string, path: string, asked: Asked = {}) {
  const answer = await send(method, path, asked)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}

/** The newest mail to somebody with these words in its text, once it has arrived and no earlier than `from`. */
async function mailTo(email: string, words: RegExp, from: number): Promise<ReceivedMail> {
  const find = () =>
    receiver.mails.slice(from).findLast((mail) => mail.to === email && words.test(mail.email.text ?? ''))
  await waitUntil(() => find() !== undefined, ARRIVES_MAX_MS)
  return find() as ReceivedMail
}

/** Does something that has a link mailed, and returns the secret of it. */
async function linkAfter(
  name: string,
  email: string,
  page: string,
  work: () => Promise<unknown>,
): Promise<string> {
  const from = receiver.mails.length
  await work()
  const mail = await mailTo(email, new RegExp(`/${page}#`), from)
  return remember(name, new RegExp(`/${page}#([\\w-]{40,})`).exec(mail.email.text ?? '')?.[1])
}

function remember(name: string, secret: string | undefined): string {
  assert.ok(secret && secret.length >= 40, name)
  secrets.set(name, secret)
  return secret
}

async function newcomer() {
  const person = { email: `${randomUUID()}@example.com`, password: PASSWORD, first_name: 'N', last_name: 'C' }
  const link = await linkAfter(`confirm ${secrets.size}`, person.email, 'verify-email', () =>
    succeed('POST', '/api/auth/register', { body: person }),
  )
  const { access_token: token, user } = await succeed('POST', '/api/auth/login', { body: person })
  return { ...person, id: user.id as number, token: token as string, link }
}

/** Where people and programs put a secret by mistake. None of it may work. */
async function misplace(secret: string, token: string): Promise<void> {
  const other = randomUUID()
  for (const path of [
    '/api/auth/reset-password',
    '/api/auth/verify-email',
    '/reset-password',
    '/verify-email',
    '/unsubscribe',
  ]) {
    await send('GET', `${path}?token=${secret}`)
    await send('GET', `${path}?link=${secret}`, {
      headers: { referer: `https://studio.example${path}?token=${secret}` },
    })
  }
  await send('GET', `/api/events/?search=${secret}`, { token })
  await send('GET', `/api/bookings/calendar.ics?token=${secret}x`)
  await send('GET', '/api/auth/profile', { token: secret })
  await send('POST', '/api/auth/refresh', { token: secret })
  for (const body of [
    `{"token":"${secret}"`,
    { token: [secret] },
    { token: `${secret}${secret}${secret}${secret}x` },
    { token: { secret } },
  ]) {
    await send('POST', '/api/auth/reset-password', { body })
    await send('POST', '/api/auth/verify-email', { token, body })
  }
  await send('POST', '/api/auth/reset-password', { body: `token=${secret}`, headers: FORM })
  await send('POST', '/api/auth/forgot-password', { body: { email: secret } })
  await send('POST', '/api/auth/forgot-password', {
    body: { email: `${other}@example.com` },
    headers: { cookie: `link=${secret}` },
  })
  await send('POST', '/api/auth/login', { body: { email: secret, password: secret } })
}

test('addresses are confirmed and changed, by the right link and by wrong ones', async () => {
  const person = await newcomer()
  const stranger = await newcomer()
  const second = await linkAfter('confirm again', person.email, 'verify-email', () =>
    succeed('POST', '/api/auth/verify-email/resend', { token: person.token, body: {} }),
  )
  const confirm = async (token: string | undefined, link: string) =>
    (await send('POST', '/api/auth/verify-email', { token, body: { token: link } })).status
  await misplace(second, person.token)
  assert.deepEqual(
    [
      await confirm(undefined, second),
      await confirm(stranger.token, second),
      await confirm(person.token, person.link),
      await confirm(person.token, second),
      await confirm(person.token, second),
    ],
    [401, 403, 400, 200, 409],
  )
  const moved = `moved-${person.email}`
  const third = await linkAfter('confirm another address', moved, 'verify-email', () =>
    succeed('PUT', '/api/auth/profile', {
      token: person.token,
      body: { email: moved, current_password: PASSWORD },
    }),
  )
  await mailTo(person.email, /another e-mail address/, 0)
  assert.equal(await confirm(person.token, third), 200)
})

test('forgotten passwords are set again, by the right link and by wrong ones', async () => {
  const person = await newcomer()
  const forget = () => succeed('POST', '/api/auth/forgot-password', { body: { email: person.email } })
  const set = async (link: string, password: string) =>
    (await send('POST', '/api/auth/reset-password', { body: { token: link, password } })).status
  const first = await linkAfter('reset', person.email, 'reset-password', forget)
  const second = await linkAfter('reset again', person.email, 'reset-password', forget)
  await misplace(second, person.token)
  assert.deepEqual(
    [
      await set(first, 'four other unrelated words'),
      await set(second, 'short'),
      await set(second, 'four other unrelated words'),
      await set(second, 'five more words'),
    ],
    [400, 400, 200, 400],
  )
})

test('a mail server that repeats the text which it refuses is not quoted with the link', async () => {
  const person = await newcomer()
  for (const code of [554, 451]) {
    let link: string | undefined
    receiver.conduct = ({ to, email }) => {
      const text = email.text ?? ''
      if (to !== person.email || !text.includes('/reset-password#')) return 'accept'
      link = /https?:\/\/\S+\/reset-password#[\w-]+/.exec(text)?.[0]
      return { code, message: `${code === 554 ? '5.7.1' : '4.7.1'} Suspicious link ${link} in your mail` }
    }
    await succeed('POST', '/api/auth/forgot-password', { body: { email: person.email } })
    await waitUntil(() => link !== undefined, ARRIVES_MAX_MS)
    remember(`reset that was answered ${code}`, link?.split('#')[1])
    await waitUntil(async () => {
      const { rows } = await client.query('select from mails where user_id = $1 and last_error like $2', [
        person.id,
        `%Suspicious link%#(not shown)%`,
      ])
      return rows.length === (code === 554 ? 1 : 2)
    }, ARRIVES_MAX_MS)
  }
  receiver.conduct = () => 'accept'
})

let admin: Awaited<ReturnType<typeof newcomer>>

test('mails are switched off in one click, and calendars read, by their secret addresses', async () => {
  admin = await newcomer()
  const attendee = await newcomer()
  await client.query('update users set is_admin = true where id = $1', [admin.id])
  await waitUntil(
    async () => (await ask('GET', `${booking.url}/api/audit-log`, { token: admin.token })).status === 200,
    5_000,
  )
  const { facilitator } = await succeed('POST', '/api/facilitators/', {
    token: admin.token,
    body: {
      email: `${randomUUID()}@example.com`,
      password: PASSWORD,
      first_name: 'Jane',
      last_name: 'Smith',
    },
  })
  const { event } = await succeed('POST', '/api/events/', {
    token: admin.token,
    body: {
      ...{ title: 'Quiet hour', event_type: 'session', max_participants: 5, facilitator_id: facilitator.id },
      ...{ start_datetime: '2099-01-01T10:00:00', end_datetime: '2099-01-01T11:00:00', location: 'Here' },
    },
  })
  const from = receiver.mails.length
  const { token } = attendee
  await succeed('POST', '/api/bookings/', { token, body: { event_id: event.id } })
  const mail = await mailTo(attendee.email, /unsubscribe/, from)
  const [path = ''] = /\/unsubscribe\?link=\S+/.exec(mail.email.text ?? '') ?? []
  remember('switch off', path.split('.').at(-1))
  for (const method of ['GET', 'HEAD']) await send(method, path)
  await send('GET', `${path}x`)
  await send('POST', `${path}x`, { body: 'List-Unsubscribe=One-Click', headers: FORM })
  const done = await send('POST', path, { body: 'List-Unsubscribe=One-Click', headers: FORM })
  assert.equal(done.status, 200)

  const calendar = await ask('POST', `${booking.url}/api/bookings/calendar-token`, { token })
  const secret = remember('calendar', calendar.body.token)
  for (const method of ['GET', 'HEAD']) {
    const { status } = await send(method, `/api/bookings/calendar.ics?token=${secret}`)
    assert.equal(status, 200)
  }
  assert.equal((await send('GET', `/api/bookings/calendar.ics?token=${secret}x`)).status, 401)
})

test('no line of either log has a secret of a link, or what is stored of it', () => {
  const output = booking.output() + crm.output()
  const lines = output.trim().split('\n')
  assert.ok(secrets.size >= 13 && lines.length > 90, `${secrets.size} secrets, ${lines.length} lines`)
  assert.doesNotMatch(output, /refused requests without a line/)
  for (const path of [
    '/unsubscribe',
    '/api/bookings/calendar.ics',
    '/api/auth/reset-password',
    '/api/auth/verify-email',
  ])
    assert.ok(output.includes(`"path":"${path}"`), `${path} is logged`)
  assert.match(output, /"mail could not be sent"/)
  assert.deepEqual(found(output), [])
})

test('no answer has one, whether it succeeds or is refused', () => {
  assert.ok(answers.length > 150, String(answers.length))
  assert.deepEqual(found(answers.join('\n')), [])
})

test('nor have the figures, the audit log, the list of mails and the export', async () => {
  const texts: string[] = []
  for (const { url } of [booking, crm]) texts.push((await ask('GET', `${url}/metrics`)).text)
  const { token } = admin
  const read = async (path: string) => {
    const answer = await ask('GET', booking.url + path, { token })
    assert.equal(answer.status, 200, path)
    texts.push(answer.text)
    return answer.body
  }
  for (const path of ['/api/audit-log', '/api/mail']) {
    const { pagination } = await read(`${path}?per_page=50`)
    for (let page = 2; page <= pagination.pages; page++) await read(`${path}?per_page=50&page=${page}`)
  }
  await read('/api/delivery')
  await read('/api/auth/export')
  const { rows } = await client.query(
    `select id from mails where kind in ('password-reset', 'email-confirmation')`,
  )
  assert.ok(rows.length > 5)
  for (const { id } of rows) await read(`/api/mail/${id}`)
  assert.ok(
    texts.join().includes('user.password_reset_requested') && texts.join().includes('user.email_verified'),
  )
  assert.deepEqual(found(texts.join('\n')), [])
})

test('the database has hashes of links that can be used, in their own tables only', async () => {
  const { rows: tables } = await client.query(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  )
  for (const { name } of tables) {
    const { rows } = await client.query(`select row_to_json(t)::text as row from ${name} t`)
    const text = rows.map(({ row }) => row).join('\n')
    const isOwn = name === 'link_tokens' || name === 'calendar_tokens'
    // A mail about bookings is kept as it was sent, with the link that switches such mails off.
    const all = found(text).filter((each) => !(name === 'mails' && each === 'switch off'))
    assert.deepEqual(isOwn ? all.filter((each) => !each.startsWith('hash of')) : all, [], name)
    if (isOwn) assert.ok(all.length > 0, name)
  }
})

test('pages with a secret in their address tell it to no other page', () => {
  for (const page of [
    'GET /unsubscribe',
    'POST /unsubscribe',
    'GET /api/bookings/calendar.ics',
    'GET /reset-password',
    'GET /verify-email',
  ])
    assert.equal(referrerPolicies.get(page), 'no-referrer', page)
})

test('the proxies that we ship write no queries and no referrers into their access logs', () => {
  const read = (path: string) =>
    readFileSync(join(import.meta.dirname, '../../deploy', path), 'utf8').replaceAll(/^\s*#.*$/gm, '')
  const nginx = read('nginx/stillpoint.conf')
  const [, format = ''] = /log_format stillpoint\s+([^;]+);/.exec(nginx) ?? []
  assert.match(format, /\$uri/)
  assert.doesNotMatch(format, /\$(request(?!_(?:method|time|id)\b)\w*|args|arg_|query_string|http_referer)/)
  const servers = nginx.split(/^server \{/m).slice(1)
  assert.equal(servers.length, 2)
  for (const server of servers) assert.match(server, /^\s*access_log \S+ stillpoint;$/m)
  assert.doesNotMatch(read('haproxy/haproxy.cfg'), /^\s*(log|option httplog|log-format)\b/m)
})

test('a secret that slipped in somewhere would be found', () => {
  for (const [name, secret] of secrets) {
    assert.deepEqual(found(`{"path":"/reset-password?token=${secret}"}`), [name])
    assert.deepEqual(found(`{"err":"link ${createHash('sha256').update(secret).digest('hex')}"}`), [
      `hash of ${name}`,
    ])
  }
})

/** The names of the secrets that the text has in it, as they are or hashed in any usual way. */
function found(text: string): string[] {
  return [...secrets].flatMap(([name, secret]) => {
    const hash = createHash('sha256').update(secret)
    const bytes = hash.digest()
    const hashes = (['hex', 'base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding))
    return [
      ...(text.includes(secret) ? [name] : []),
      ...(hashes.some((each) => text.includes(each)) ? [`hash of ${name}`] : []),
    ]
  })
}
