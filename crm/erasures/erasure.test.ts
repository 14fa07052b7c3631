import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { writeBackup } from '#crm/backup/backup-writer.ts'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

let crm: TestCrm

before(async () => {
  crm = await startTestCrm()
})
after(() => crm.close())

let users = 100

/** Somebody with two bookings, one of which has been looked after. */
async function aCustomer() {
  const id = ++users
  const user = { id, email: `canary-${id}@example.com`, name: `Canary Number ${id}`, phone: `+49 ${id} 555` }
  const bookings = [aNotification({ user, notes: `canary note ${id}` }), aNotification({ user })]
  for (const body of bookings) await crm.request('POST', '/api/notify', { token, body })
  const [first = 0] = bookings.map(({ booking_id }) => booking_id)
  const body = { crm_status: 'contacted', notes: `canary called back ${id}` }
  await crm.request('PUT', `/api/bookings/${first}/status`, { token, body })
  return { id, first }
}

const forget = (id: number | string, credential: string | undefined = token) =>
  crm.request('PUT', `/api/users/${id}/anonymise`, { token: credential })

test('nothing says any more who it was, in no row and not in the file backup', async () => {
  const { id, first } = await aCustomer()
  const other = await aCustomer()
  // From the file of a service before, which may have said more than we ask for.
  const imported = JSON.stringify({ user: { birthday: `canary day ${id}` } })
  await sql`update notifications set imported_fields = ${imported} where booking_id = ${first}`.execute(
    crm.deps.db,
  )
  const { status, body } = await forget(id)
  assert.deepEqual(
    [status, body],
    [200, { message: 'Person forgotten successfully', user_id: id, bookings: 2 }],
  )
  const { body: known } = await crm.request('GET', `/api/bookings/${first}`, { token })
  assert.deepEqual(known.booking.user, {
    id,
    email: `deleted-${id}@deleted.invalid`,
    name: 'Deleted user',
    phone: null,
  })
  assert.equal(known.booking.crm_status, 'contacted', 'how far they were looked after stays')

  const { db } = crm.deps
  const rows = [
    ...(await db.selectFrom('notifications').selectAll().execute()),
    ...(await db.selectFrom('crm_status_changes').selectAll().execute()),
  ]
  await writeBackup(crm.deps)
  const text = JSON.stringify(rows) + (await readFile(crm.deps.config.backupFile, 'utf8'))
  assert.doesNotMatch(text, new RegExp(`canary[^"]*${id}|\\+49 ${id}`, 'i'))
  assert.match(text, new RegExp(`canary note ${other.id}`), 'nobody else was forgotten')
})

test('figures count the bookings as before', async () => {
  const { id } = await aCustomer()
  const figures = async () =>
    (await crm.request('GET', '/api/facilitators/1/bookings', { token })).body.statistics
  const before = await figures()
  await forget(id)
  assert.deepEqual(await figures(), before)
})

test('once more, or of somebody nobody has heard of, is a success with nothing to do', async () => {
  const { id } = await aCustomer()
  await forget(id)
  assert.deepEqual([(await forget(id)).status, (await forget(id)).body.bookings], [200, 0])
  assert.deepEqual(
    [(await forget(2_147_483_647)).status, (await forget(2_147_483_647)).body.bookings],
    [200, 0],
  )
})

test('the file backup is due when somebody was forgotten, and only then', async () => {
  const { id } = await aCustomer()
  crm.deps.unsavedChanges.take()
  await forget(id)
  assert.equal(crm.deps.unsavedChanges.take(), true)
  await forget(id)
  assert.equal(crm.deps.unsavedChanges.take(), false)
})

test('erasing a person needs the token and a valid id', async () => {
  const { id } = await aCustomer()
  for (const credential of [undefined, 'wrong']) {
    const answer = await crm.request('PUT', `/api/users/${id}/anonymise`, { token: credential })
    assert.equal(answer.status, 401)
  }
  for (const bad of ['0', '-1', 'abc', '2147483648']) assert.equal((await forget(bad)).status, 404, bad)
})
