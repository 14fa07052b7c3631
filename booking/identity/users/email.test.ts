import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { up } from '#booking/migrations/019-email-keys.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'
import { canonicalEmail, parseEmail } from './email.ts'
import * as userStore from './user.store.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const PASSWORD = 'securepassword123'
const register = (email: string) =>
  booking.request('POST', '/api/auth/register', {
    body: { email, password: PASSWORD, first_name: 'A', last_name: 'B' },
  })
const logIn = async (email: string, password = PASSWORD, door = 'auth') =>
  (await booking.request('POST', `/api/${door}/login`, { body: { email, password } })).status

// biome-ignore format: a list to look through
const REFUSED = [
  'ann\u200b@example.com', 'ann\u0001@example.com', 'a\u00adnn@example.com', 'ann@exam\u200bple.com', '\u202eann@example.com', 'ann\ufe0f@example.com', 'ann\u3164@example.com',
  'ann\u034f@example.com', 'ann\u00a0x@example.com', 'ann\u2028@example.com', 'ann\ue000@example.com', 'ann\u0378@example.com', 'ａnn@example.com', 'ﬁnn@example.com', 'ann@example.com.', '=?utf-8?q?ann?=@example.com',
  'ann@xn--zzzzzz.com', 'ann@1.2.3.4', 'ann@0x7f.1', 'ann@foo/bar.com', 'ann@foo%41.com', 'ann@a..com', 'ann@localhost', `${'a'.repeat(65)}@example.com`, `ann@${'a'.repeat(64)}.com`,
  `ann@${'ä'.repeat(70)}.de`, 'ann@aא.com', 'ann@-.com', 'deleted-1@deleted.invalid', 'deleted-1@ｄeleted.invalid', '"ann"@example.com', '@example.com', 'ann@',
]

test('what cannot be an address, or looks like another one, is a 400 that says so', async () => {
  for (const email of REFUSED) {
    const { status, body } = await register(email)
    assert.deepEqual([status, body.code], [400, 'validation_failed'], JSON.stringify(email))
    assert.match(body.error, /email must be an e-mail address such as/)
  }
})

const SAME = [
  ['ann.one@example.com', 'ANN.ONE@EXAMPLE.COM', ' ann.one@example.com ', 'ann.one@ｅxample。com'],
  [
    'ann@bücher.example',
    'Ann@xn--bcher-kva.example',
    'ann@BU\u0308CHER.example',
    'ann@XN--BCHER-KVA.EXAMPLE',
  ],
  ['zo\u00eb@example.com', 'zoe\u0308@example.com', 'ZO\u00eb@Example.com'],
]

test('all spellings of an address are one account, at registration and every login', async () => {
  for (const spellings of SAME) {
    const [first = ''] = spellings
    const { status, body } = await register(first)
    assert.equal(status, 201, first)
    assert.equal(body.user.email, first, 'shown as it was typed')
    for (const other of spellings) {
      assert.equal((await register(other)).body.code, 'email_taken', other)
      assert.equal(await logIn(other), 200, other)
      assert.equal(await logIn(other, PASSWORD, 'facilitators'), 403, 'known, and no facilitator')
    }
  }
})

test('another letter is another address, however like it looks', async () => {
  await register('admin@example.com')
  for (const other of ['admİn@example.com', 'admın@example.com', 'аdmin@example.com', 'admin@exаmple.com']) {
    assert.notEqual(canonicalEmail(other), canonicalEmail('admin@example.com'))
    assert.equal(await logIn(other), 401, other)
  }
})

test('the form is stable, and no form begins or ends with a blank', () => {
  for (const email of [...REFUSED, ...SAME.flat(), ' 7 ann@example.com', '', '@', ' ']) {
    const key = canonicalEmail(email)
    assert.equal(canonicalEmail(key), key, JSON.stringify(email))
    assert.equal(key.trim(), key)
  }
  assert.equal(parseEmail(' Ann@Example.com '), 'Ann@Example.com')
})

test('a change of address to another spelling is no move, to somebody else’s is a conflict', async () => {
  await register('mine@bücher.example')
  await register('yours@bücher.example')
  const login = await booking.request('POST', '/api/auth/login', {
    body: { email: 'mine@bücher.example', password: PASSWORD },
  })
  const edit = (body: object) =>
    booking.request('PUT', '/api/auth/profile', { token: login.body.access_token, body })
  assert.equal((await edit({ email: 'Mine@xn--bcher-kva.example' })).status, 200, 'without a password')
  const taken = await edit({ email: 'YOURS@xn--bcher-kva.example', current_password: PASSWORD })
  assert.deepEqual([taken.status, taken.body.code], [409, 'email_taken'])
  assert.equal((await edit({ email: 'mi\u200bne@bücher.example' })).status, 400)
  assert.equal((await edit({ email: 'new@example.com', current_password: PASSWORD })).status, 200)
  assert.equal(await logIn('NEW@example.com'), 200)
})

test('an account is found by the index of its key', async () => {
  const { sql: text, parameters } = booking.deps.db
    .selectFrom('users')
    .selectAll()
    .where('email_key', '=', 'x')
    .compile()
  const { rows } = await booking.deps.databases.pool
    .query(`set enable_seqscan = off; explain ${text.replace('$1', "'x'")}`)
    .then((results) => (results as unknown as { rows: object[] }[])[1] ?? { rows: [] })
  assert.equal(parameters.length, 1)
  assert.match(JSON.stringify(rows), /Index Scan using users_email_key/)
})

test('accounts from before get their keys; of several with one address none is lost', async (t) => {
  const old = await startTestBooking()
  t.after(() => old.close())
  const { db } = old.deps
  await sql`drop trigger users_without_key on users`.execute(db)
  await sql`drop trigger users_moved_without_key on users`.execute(db)
  await sql`drop function fill_email_key`.execute(db)
  await sql`alter table users drop column email_key`.execute(db)
  const addresses = [
    'Plain@Example.com',
    'ann@bücher.example',
    'ANN@xn--bcher-kva.example',
    'zero\u200b@example.com',
  ]
  for (const email of addresses)
    await sql`insert into users (email, first_name, last_name) values (${email}, 'A', 'B')`.execute(db)
  await up(db as never)
  const found = async (email: string) => (await userStore.findByEmail(db, email))?.email
  assert.equal(await found('plain@example.com'), 'Plain@Example.com')
  assert.equal(await found('ann@bücher.example'), 'ann@bücher.example', 'the older one keeps the address')
  assert.equal(await found('ann@XN--bcher-kva.example'), 'ann@bücher.example')
  assert.equal(
    await found('zero\u200b@example.com'),
    'zero\u200b@example.com',
    'refused today, and still found',
  )
  assert.equal(await found('zero@example.com'), undefined)
  const { rows } = await sql<{ email: string; email_key: string }>`
    select email, email_key from users where email_key like ' %'`.execute(db)
  assert.deepEqual(
    rows.map(({ email }) => email),
    ['ANN@xn--bcher-kva.example'],
  )
  assert.equal(await found(rows[0]?.email_key ?? ''), undefined, 'nobody can type that key')
})

test('the version before inserts and moves accounts without knowing of keys', async () => {
  const { db } = booking.deps
  await sql`insert into users (email, first_name, last_name) values ('Older@Example.com', 'A', 'B')`.execute(
    db,
  )
  const row = await userStore.findByEmail(db, 'older@example.com')
  assert.equal(row?.email, 'Older@Example.com')
  await sql`update users set email = 'Moved@Example.com' where id = ${row?.id}`.execute(db)
  assert.equal((await userStore.findByEmail(db, 'moved@example.com'))?.id, row?.id)
  await assert.rejects(
    sql`insert into users (email, first_name, last_name) values ('OLDER@example.com', 'A', 'B'), ('moved@EXAMPLE.com', 'A', 'B')`.execute(
      db,
    ),
    { code: '23505' },
  )
})

test('an account whose address would be refused today still logs in, and saves its profile', async () => {
  const { password_hash } = (await userStore.findByEmail(booking.deps.db, 'admin@example.com')) ?? {}
  const user = await aUser(booking.deps, {
    email: 'old\u200bann@example.com',
    password_hash: password_hash ?? null,
  })
  assert.equal(await logIn('OLD\u200bann@example.com'), 200)
  const body = { email: user.email, first_name: 'New' }
  const { status } = await booking.request('PUT', '/api/auth/profile', { token: user.token, body })
  assert.equal(status, 200)
})
