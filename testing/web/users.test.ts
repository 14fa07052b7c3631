import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectCount, expectOnlyRefusals, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, type Visitor, type WebApp } from './web-app.ts'

/** What admins do about accounts, and organisers about whoever holds too many seats. */

const ADMIN = 'admin@example.com'

let app: WebApp
let people = 0

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

/** Somebody with an account of their own, and seats at the given events. */
async function aPerson(first_name: string, ...events: number[]) {
  const person = {
    email: `u${++people}@example.com`,
    password: DEMO_PASSWORD,
    first_name,
    last_name: 'North',
  }
  await app.ask('POST', '/api/auth/register', { body: person })
  const token = await app.tokenOf(person.email)
  for (const event_id of events) await app.ask('POST', '/api/bookings/', { token, body: { event_id } })
  return { ...person, token, name: `${first_name} North` }
}

const seats = async (token: string): Promise<number> =>
  (await app.ask('GET', '/api/bookings/?status=confirmed&upcoming=true', { token })).pagination.total

const row = ({ page }: Visitor, name: string) => page.getByRole('listitem', { name, exact: true })

async function choose(visitor: Visitor, name: string, action: string): Promise<void> {
  await visitor.page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click()
  await visitor.page.getByRole('menuitem', { name: action }).click()
}

async function anAdmin(path: string): Promise<Visitor> {
  const visitor = await app.visit()
  await visitor.logIn(ADMIN)
  await visitor.page.goto(path)
  return visitor
}

test('accounts are found by name, status and role, and the address says which', async () => {
  const { name, email } = await aPerson('Quentin')
  const visitor = await anAdmin('/dashboard')
  const { page } = visitor
  await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Accounts' }).click()
  await page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor()
  await page.getByRole('searchbox', { name: 'Search' }).fill('quentin')
  await page.waitForURL('**/admin/users?q=quentin')
  await expectCount(page.getByRole('list', { name: 'Accounts' }).getByRole('listitem'), 1)
  await expectText(row(visitor, name), new RegExp(email))
  await page.getByText('Closed', { exact: true }).click()
  await page.getByRole('heading', { name: 'Nobody found' }).waitFor()
  await page.getByRole('button', { name: 'Show everybody' }).click()
  await page.waitForURL('**/admin/users')
  const role = page.getByRole('combobox', { name: 'Role' })
  await role.selectOption('Admins')
  await page.waitForURL('**/admin/users?role=admin')
  await expectCount(page.getByRole('list', { name: 'Accounts' }).getByRole('listitem'), 1)
  await role.selectOption('Any role')
  await page.waitForURL('**/admin/users')
  await row(visitor, name).waitFor()
  await page.goto('/admin/users?page=999')
  await page.getByRole('button', { name: 'Back to the first page' }).click()
  await row(visitor, name).waitFor()
  await visitor.leave()
})

test('an account is closed, with its seats, and opened again', async () => {
  const { name, email, token } = await aPerson('Ruth', 9, 10)
  const visitor = await anAdmin('/admin/users?q=ruth')
  const { page } = visitor
  await expectText(row(visitor, name), /2 upcoming bookings/)
  await choose(visitor, name, 'Close account…')
  const question = page.getByRole('dialog', { name: `Close the account of ${name}?` })
  await question.getByText('2 upcoming bookings are cancelled').waitFor()
  await question.getByRole('button', { name: 'Cancel' }).click()
  assert.equal(await seats(token), 2)

  await choose(visitor, name, 'Close account…')
  await question.getByRole('button', { name: 'Close account' }).click()
  await page.getByText('2 bookings are cancelled.').waitFor()
  await row(visitor, name).getByText('Closed').waitFor()
  const body = { email, password: DEMO_PASSWORD }
  const logIn = () =>
    fetch(`${app.api}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  assert.notEqual((await logIn()).status, 200)

  await choose(visitor, name, 'Reopen account…')
  await page.getByRole('dialog').getByRole('button', { name: 'Reopen account' }).click()
  await expectCount(row(visitor, name).getByText('Closed'), 0)
  assert.equal((await logIn()).status, 200)
  await visitor.leave()
})

test('whoever leads events is closed only when it is said what becomes of these', async () => {
  const visitor = await anAdmin('/admin/users?q=linnea')
  const { page } = visitor
  await choose(visitor, 'Linnea Berg', 'Close account…')
  const question = page.getByRole('dialog', { name: 'Close the account of Linnea Berg?' })
  await question.getByRole('button', { name: 'Close account' }).click()
  await question.getByText('Linnea still leads upcoming events.').waitFor()
  await question.getByRole('button', { name: 'Close and keep the events' }).click()
  await row(visitor, 'Linnea Berg').getByText('Closed').waitFor()
  await row(visitor, 'Linnea Berg').getByText('Former facilitator', { exact: true }).waitFor()
  await expectOnlyRefusals(visitor.leave(), 409)
})

test('an account that anybody may have opened becomes an admin only with a new password', async () => {
  const { name, email } = await aPerson('Sven')
  const visitor = await anAdmin('/admin/users?q=sven')
  const { page } = visitor
  await choose(visitor, name, 'Make admin…')
  const question = page.getByRole('dialog', { name: `Make ${name} an admin?` })
  const confirm = question.getByRole('button', { name: 'Make admin' })
  await question.getByText('This address is not confirmed').waitFor()
  assert.equal(await confirm.isDisabled(), true)
  await question.getByRole('textbox', { name: 'New password' }).fill('a very quiet password')
  assert.equal(await confirm.isDisabled(), true)
  await question.getByLabel('I know the person').check()
  await confirm.click()
  await row(visitor, name).getByText('Admin', { exact: true }).waitFor()
  const sven = await app.visit()
  await sven.logIn(email, 'a very quiet password')
  await sven.page.goto('/admin/delivery')
  await sven.page.getByRole('heading', { level: 1, name: 'Delivery' }).waitFor()

  await choose(visitor, name, 'Remove admin role…')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove role' }).click()
  await expectCount(row(visitor, name).getByText('Admin', { exact: true }), 0)
  await sven.leave().catch(() => {})
  await visitor.leave()
})

test('an admin cannot lock themselves out, and is told why', async () => {
  const visitor = await anAdmin('/admin/users?role=admin')
  const { page } = visitor
  await page.getByText('You', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByText('You are the only admin. Make somebody else one first.').waitFor()
  for (const name of ['Close account…', 'Remove admin role…'])
    assert.equal(await page.getByRole('menuitem', { name }).isDisabled(), true, name)
  await visitor.leave()
})

test('an admin gives back all that somebody holds', async () => {
  const { name, token } = await aPerson('Tara', 5, 9)
  const visitor = await anAdmin('/admin/users?q=tara')
  const { page } = visitor
  await choose(visitor, name, 'Cancel all their bookings…')
  const question = page.getByRole('dialog', { name: `Cancel all bookings of ${name}?` })
  await question.getByText('at all upcoming events').waitFor()
  await question.getByLabel('Reason').fill('Held too many seats.')
  await question.getByRole('button', { name: 'Cancel all bookings' }).click()
  await page.getByText(`${name}: 2 bookings are cancelled.`).waitFor()
  await expectText(row(visitor, name), /Nothing booked/)
  assert.equal(await seats(token), 0)
  await visitor.leave()
})

test('a facilitator gives back what somebody holds with them, and nothing else', async () => {
  // The ninth and tenth are Jane's, the fifth is not.
  const { name, token } = await aPerson('Udo', 5, 9, 10)
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('jane.smith@example.com')
  await page.goto('/manage/events/9')
  await page.getByRole('button', { name: `More about ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Cancel all their bookings…' }).click()
  const question = page.getByRole('dialog', { name: `Cancel all bookings of ${name}?` })
  await question.getByText('at upcoming events that you lead').waitFor()
  await question.getByRole('button', { name: 'Cancel all bookings' }).click()
  await page.getByText(`${name}: 2 bookings are cancelled.`).waitFor()
  assert.equal(await seats(token), 1)
  await visitor.leave()
})

test('a facilitator whose account anybody may have opened is appointed with a new password', async () => {
  const { email } = await aPerson('Vera')
  const visitor = await anAdmin('/admin/facilitators')
  const { page } = visitor
  await page.getByRole('button', { name: 'Add a facilitator' }).click()
  const form = page.getByRole('dialog', { name: 'New facilitator' })
  await form.getByLabel('Email').fill(email)
  await form.getByLabel('First name').fill('Vera')
  await form.getByLabel('Last name (optional)').fill('North')
  await form.getByRole('button', { name: 'Add facilitator' }).click()
  await form.getByText('This address is not confirmed').waitFor()
  const add = form.getByRole('button', { name: 'Add facilitator' })
  assert.equal(await add.isDisabled(), true)
  await form.getByRole('textbox', { name: 'New password' }).fill('a very quiet password')
  await form.getByLabel('I know the person').check()
  await form.getByLabel('Email').fill('somebody-else@example.com')
  await expectCount(form.getByText('This address is not confirmed'), 0)
  await form.getByLabel('Email').fill(email)
  await add.click()
  await page.getByRole('link', { name: 'Vera North' }).waitFor()
  const vera = await app.visit()
  await vera.logIn(email, 'a very quiet password')
  await vera.page.goto('/manage/events')
  await vera.page.getByRole('heading', { name: 'Nothing is planned' }).waitFor()
  await vera.leave()
  await expectOnlyRefusals(visitor.leave(), 409)
})

test('who is no admin finds no accounts', async () => {
  const visitor = await app.visit()
  await visitor.logIn('jane.smith@example.com')
  await visitor.page.goto('/admin/users')
  await visitor.page.getByRole('heading', { name: 'You don’t have access' }).waitFor()
  await visitor.leave()
})
