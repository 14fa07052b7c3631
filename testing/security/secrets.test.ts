import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { ask } from '#harness/clients/ask.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'
import { CLIENT_ID, hmacToken, startGoogleIssuer } from './google-issuer.ts'

/** Secrets that stand out. Whatever both services write while they handle them is searched for them afterwards. */
const CANARY = `canary-${randomUUID()}`
const SECRETS = {
  password: `${CANARY}-password`,
  wrongPassword: `${CANARY}-wrong-password`,
  newPassword: `${CANARY}-new-password`,
  jwtSecret: `${CANARY}-jwt-secret-of-32-bytes`,
  previousJwtSecret: `${CANARY}-previous-jwt-secret-of-32-bytes`,
  crmToken: `${CANARY}-crm-token-of-32-bytes-and-more`,
  previousToken: `${CANARY}-previous-crm-token-of-32-bytes`,
  linkToken: `${CANARY}-token-of-a-mailed-link`,
}
const LINES_MIN = 300

let booking: ServiceProcess
let crm: ServiceProcess
let google: Awaited<ReturnType<typeof startGoogleIssuer>>
/** Bodies of answers that are no success, and of every /health. */
const answers: string[] = []
/** Tokens that were given out on the way. */
const issued: string[] = []

before(async () => {
  google = await startGoogleIssuer()
  crm = await startService('crm', {
    LOG_LEVEL: 'trace',
    CRM_BEARER_TOKEN: SECRETS.crmToken,
    CRM_BEARER_TOKEN_PREVIOUS: SECRETS.previousToken,
    CRM_BACKUP_FILE: `/tmp/${CANARY}.json`,
  })
  booking = await startService('booking', {
    LOG_LEVEL: 'trace',
    JWT_SECRET_KEY: SECRETS.jwtSecret,
    JWT_SECRET_KEY_PREVIOUS: SECRETS.previousJwtSecret,
    CRM_BEARER_TOKEN: SECRETS.crmToken,
    CRM_SERVICE_URL: crm.url,
    GOOGLE_CLIENT_ID: CLIENT_ID,
    GOOGLE_JWKS_URL: google.url,
  })
})
after(async () => {
  await Promise.all([booking.stop(), crm.stop(), google.close()])
})

test('the secrets are used at every endpoint that takes them, rightly and wrongly', async () => {
  for (let i = 0; i < 6; i++) await useMainApi(`canary${i}@example.com`)
  for (let i = 0; i < 10; i++) await useCrm()
  const lines = (booking.output() + crm.output()).split('\n').length
  assert.ok(lines >= LINES_MIN, `only ${lines} lines`)
  assert.ok(answers.length >= 150 && issued.length >= 40)
})

test('no line of the logs has any of them', () => {
  assert.deepEqual(findSecrets(booking.output() + crm.output()), [])
})

test('no error and no health page has any of them', () => {
  assert.deepEqual(findSecrets(answers.join('\n')), [])
})

test('no column of the databases has any of them, and passwords are there as hashes', async () => {
  const texts = [...(await dump(booking.database.url)), ...(await dump(crm.database.url))]
  assert.ok(texts.some((text) => text.includes('canary0@example.com')))
  assert.deepEqual(findSecrets(texts.join('\n')), [])
  assert.ok(
    texts.filter((text) => text.includes('"password_hash":"')).every((text) => text.includes('"$argon2id$')),
  )
})

test('a secret that slipped into a line would be found', () => {
  assert.deepEqual(findSecrets(`{"msg":"login of ${SECRETS.password}"}`), ['password'])
  assert.equal(findSecrets(`{"token":"${issued[0]}"}`).length, 1)
})

async function useMainApi(email: string): Promise<void> {
  const { password, wrongPassword } = SECRETS
  const person = { email, password, first_name: 'C', last_name: 'C' }
  await send(booking, 'POST', '/api/auth/register', { body: person })
  await send(booking, 'POST', '/api/auth/register', { body: person })
  await send(booking, 'POST', '/api/auth/register', { body: { ...person, email: password } })
  await send(booking, 'POST', '/api/auth/register', { body: { ...person, password: { a: password } } })
  await send(booking, 'POST', '/api/auth/register', { body: { ...person, password: password.repeat(9) } })
  await send(booking, 'POST', '/api/auth/register', { raw: `{"email":"${email}","password":"${password}"` })
  for (const endpoint of ['auth', 'facilitators']) {
    await send(booking, 'POST', `/api/${endpoint}/login`, { body: { email, password: wrongPassword } })
    await send(booking, 'POST', `/api/${endpoint}/login`, { body: { email: wrongPassword, password } })
    await send(booking, 'POST', `/api/${endpoint}/login?password=${password}`, {
      body: { email, password: [password] },
    })
  }
  const { access_token, refresh_token } = await send(booking, 'POST', '/api/auth/login', { body: person })
  issued.push(access_token, refresh_token)
  await send(booking, 'POST', '/api/auth/refresh', { token: refresh_token })
  await send(booking, 'POST', '/api/auth/refresh', { token: access_token })
  await send(booking, 'GET', '/api/auth/profile', { token: access_token })
  await send(booking, 'GET', '/api/auth/profile', { token: refresh_token })
  await send(booking, 'GET', `/api/events/?search=x&token=${access_token}`, { token: access_token })
  await send(booking, 'GET', `/api/nothing?password=${password}`)
  await send(booking, 'POST', '/api/bookings/', { token: access_token, body: { event_id: password } })
  const identity = { email: `google-${email}` }
  for (const token of [await google.token(identity), await google.token({ aud: 'x' }), hmacToken({}, 'x')]) {
    issued.push(token)
    const session = await send(booking, 'POST', '/api/auth/google-login', { body: { token } })
    if (session.access_token) issued.push(session.access_token, session.refresh_token)
  }
  await useLinks(email, access_token)
  await useAccount(email, access_token)
  await send(booking, 'GET', '/health')
}

/** As people and programs send links of mails, rightly and wrongly. */
async function useLinks(email: string, token: string): Promise<void> {
  const { linkToken, newPassword, password } = SECRETS
  await send(booking, 'POST', '/api/auth/forgot-password', { body: { email } })
  await send(booking, 'POST', '/api/auth/forgot-password', { body: { email: password } })
  for (const each of [linkToken, [linkToken], linkToken.repeat(9)]) {
    await send(booking, 'POST', '/api/auth/reset-password', { body: { token: each, password: newPassword } })
    await send(booking, 'POST', '/api/auth/verify-email', { token, body: { token: each } })
  }
  await send(booking, 'POST', '/api/auth/reset-password', { raw: `{"token":"${linkToken}"` })
  await send(booking, 'GET', `/api/auth/reset-password?token=${linkToken}`)
  await send(booking, 'GET', `/unsubscribe?link=1.reminders.${linkToken}`)
}

/** Every way to send a password after the login; the last one is the end of the account of every other run. */
async function useAccount(email: string, token: string): Promise<void> {
  const { password, wrongPassword, newPassword } = SECRETS
  const account = '/api/auth/account'
  for (const current_password of [wrongPassword, password.repeat(9), [password]]) {
    const body = { current_password, new_password: newPassword }
    await send(booking, 'PUT', '/api/auth/password', { token, body })
    await send(booking, 'PUT', '/api/auth/profile', {
      token,
      body: { email: `new-${email}`, current_password },
    })
    await send(booking, 'DELETE', account, { token, body: { password: current_password } })
  }
  await send(booking, 'PUT', '/api/auth/password', { token, raw: `{"new_password":"${newPassword}"` })
  const body = { current_password: password, new_password: newPassword }
  const session = await send(booking, 'PUT', '/api/auth/password', { token, body })
  issued.push(session.access_token, session.refresh_token)
  await send(booking, 'POST', '/api/auth/logout', { token, body: { refresh_token: session.refresh_token } })
  await send(booking, 'GET', '/api/auth/export', { token: session.access_token })
  const last = await send(booking, 'POST', '/api/auth/login', { body: { email, password: newPassword } })
  issued.push(last.access_token, last.refresh_token)
  if (/[13579]@/.test(email))
    await send(booking, 'DELETE', account, { token: last.access_token, body: { password: newPassword } })
}

async function useCrm(): Promise<void> {
  const { crmToken, previousToken, wrongPassword } = SECRETS
  for (const token of [crmToken, previousToken, `${crmToken}x`, wrongPassword]) {
    await send(crm, 'POST', '/api/notify', { token, body: aNotification() })
    await send(crm, 'POST', '/api/notify', { token, body: { ...aNotification(), booking_id: crmToken } })
    await send(crm, 'GET', `/api/bookings?token=${crmToken}`, { token })
    await send(crm, 'GET', `/api/bookings?status=x&crm_status=${crmToken}`, { token })
    await send(crm, 'PUT', '/api/bookings/1/status', { token, raw: `{"crm_status":"${crmToken}` })
  }
  await send(crm, 'GET', '/health')
}

type Asked = { body?: unknown; raw?: string; token?: string }

async function send({ url }: ServiceProcess, method: string, path: string, { body, raw, token }: Asked = {}) {
  const answer = await ask(method, url + path, { token, body: raw ?? body })
  if (answer.status >= 300 || path === '/health') answers.push(answer.text)
  return answer.body
}

/** The names of the secrets that the text has in it, tokens by their signature too. */
function findSecrets(text: string): string[] {
  const named = Object.entries(SECRETS).filter(([, secret]) => text.includes(secret))
  const signatures = issued.map((token) => token.split('.')[2] ?? token)
  const tokens = signatures.filter((signature) => text.includes(signature))
  return [...named.map(([name]) => name), ...tokens]
}

/** Every row of every table as JSON text. */
async function dump(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`)
    texts.push(...rows.map(({ row }) => row))
  }
  await client.end()
  return texts
}
