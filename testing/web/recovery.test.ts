import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { tokenIn } from '#harness/apps/test-links.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { DEMO_PASSWORD, startWebApp, type Visitor, type WebApp } from './web-app.ts'

/** What is done with links in mails, in a browser, with mails that have gone through an SMTP server. */

const NEW_PASSWORD = 'a-quiet-new-password'

let receiver: SmtpReceiver
let app: WebApp

before(async () => {
  receiver = await startSmtpReceiver()
  app = await startWebApp({ SMTP_URL: receiver.url, MAIL_FROM: 'Studio <hello@studio.example>' })
})
after(async () => {
  await app.close()
  await receiver.close()
})

async function aPerson(): Promise<string> {
  const email = `${randomUUID()}@example.com`
  const person = { email, password: DEMO_PASSWORD, first_name: 'Nora', last_name: 'O’North 🧘' }
  await app.ask('POST', '/api/auth/register', { body: person })
  return email
}

/** The newest mail with this subject, as the server got it. */
async function mailTo(email: string, subject: string) {
  const find = () =>
    receiver.mails.findLast(({ to, email: mail }) => to === email && mail.subject === subject)
  await waitUntil(find, 30_000)
  return find()?.email
}

/** Opens the link as a click on it in a mail would. */
async function follow({ page }: Visitor, text = '') {
  const url = new URL(/https?:\/\/\S+#\S+/.exec(text)?.[0] ?? '')
  await page.goto(`${url.pathname}${url.hash}`)
}

test('whoever has forgotten a password sets a new one by mail, and is logged out elsewhere', async () => {
  const email = await aPerson()
  const [here, there] = [await app.visit(), await app.visit()]
  await there.logIn(email)
  const { page } = here
  const urls: string[] = []
  page.on('request', (request) => urls.push(request.url(), request.headers().referer ?? ''))
  await page.goto('/login')
  await page.getByLabel('Email').fill(email)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await page.getByText(`If there is an account with ${email}, a link is on its way`).waitFor()
  const mail = await mailTo(email, 'Set a new password')
  assert.equal(mail?.to?.[0]?.name, 'Nora O’North 🧘')
  await follow(here, mail?.text)
  await page.getByRole('textbox', { name: 'New password' }).fill('short')
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('Use at least 8 characters.').waitFor()
  await page.getByRole('textbox', { name: 'New password' }).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('Your new password is set').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Welcome back' }).waitFor()
  await here.logIn(email, NEW_PASSWORD)
  await mailTo(email, 'Your password was changed')
  const token = tokenIn(mail?.text ?? '')
  assert.ok(token)
  // The page itself is asked for with its address, of which the browser sends nothing after the `#`.
  assert.deepEqual(
    urls.filter((url) => url.split('#')[0]?.includes(token)),
    [],
  )
  await there.page.goto('/profile').catch(() => {})
  await there.page.getByText('Your session has ended').first().waitFor()

  await follow(here, mail?.text)
  await page.getByRole('textbox', { name: 'New password' }).fill('another-password-again')
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('This link does not work any more').waitFor()
  await page.getByRole('link', { name: 'Get a new link' }).waitFor()
  await here.leave().catch(({ message }: Error) => assert.match(message, /400|401/))
})

test('a new address is confirmed after a login, and the profile stops asking', async () => {
  const email = await aPerson()
  const visitor = await app.visit()
  const { page } = visitor
  const mail = await mailTo(email, 'Confirm your e-mail address')
  await follow(visitor, mail?.text)
  await page.getByLabel('Email').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await page.getByText(`You are logged in as ${email}.`).waitFor()
  await page.getByRole('button', { name: 'Confirm address' }).waitFor()
  await page.goto('/profile')
  await page.getByText('Please confirm your e-mail address').waitFor()
  const before = receiver.mails.length
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByText('A link is on its way to your e-mail address.').waitFor()
  await waitUntil(() => receiver.mails.length > before, 30_000)
  await follow(visitor, (await mailTo(email, 'Confirm your e-mail address'))?.text)
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await page.getByText('your e-mail address is confirmed').waitFor()
  await page.goto('/profile')
  await page.getByLabel('First name').waitFor()
  await visitor.settle()
  assert.equal(await page.getByText('Please confirm your e-mail address').count(), 0)
  await visitor.leave()
})

test('people choose their mails in the profile, facilitators more of them', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('jane.smith@example.com')
  await page.goto('/profile')
  await page.getByRole('switch', { name: 'New bookings of events that I lead' }).waitFor()
  const reminders = page.getByRole('switch', { name: 'Reminders before what I have booked' })
  assert.equal(await reminders.isChecked(), true)
  const saved = page.waitForResponse((response) => response.url().endsWith('/api/auth/preferences'))
  await reminders.click()
  assert.equal((await saved).status(), 200)
  await page.reload()
  await reminders.waitFor()
  assert.equal(await reminders.isChecked(), false)
  await visitor.leave()
})

test('with MAIL=off every page says what to do instead', async () => {
  const silent = await startWebApp({ MAIL: 'off' })
  const visitor = await silent.visit()
  const { page } = visitor
  await page.goto('/forgot-password')
  await page.getByText('Ask it to set a new password for your account.').waitFor()
  await page.goto('/reset-password#a-token')
  await page.getByText('Ask it to set a new password for your account.').waitFor()
  await page.goto('/verify-email#a-token')
  await page.getByText('So there is nothing to confirm').waitFor()
  await visitor.logIn('john.doe@example.com')
  await page.goto('/profile')
  await page.getByText('This studio does not send mail.').waitFor()
  assert.equal(await page.getByText('Please confirm your e-mail address').count(), 0)
  await visitor.leave()
  await silent.close()
})
