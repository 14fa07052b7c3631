import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, until, type Visitor, type WebApp } from './web-app.ts'

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

let people = 0

async function aPerson(visitor: Visitor): Promise<string> {
  const email = `person-${++people}@example.com`
  const person = { email, password: DEMO_PASSWORD, first_name: 'Nora', last_name: 'North' }
  await app.ask('POST', '/api/auth/register', { body: person })
  await visitor.logIn(email)
  return email
}

const heading = (visitor: Visitor, name: string) => visitor.page.getByRole('heading', { level: 1, name })

test('whoever logs out in one tab is logged out in all, and logs in to where they were', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const email = await aPerson(visitor)
  const tab = await visitor.openTab('/facilitators')
  await tab.getByRole('heading', { level: 1, name: 'Facilitators' }).waitFor()
  await page.getByRole('button', { name: 'Account of Nora North' }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await tab.getByRole('banner').getByRole('link', { name: 'Log in' }).click()
  await tab.waitForURL('**/login?next=%2Ffacilitators')
  await tab.getByLabel('Email').fill(email)
  await tab.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await tab.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await tab.getByRole('heading', { level: 1, name: 'Facilitators' }).waitFor()
  await page.getByRole('button', { name: 'Account of Nora North' }).waitFor()
  await visitor.leave()
})

test('a token that has ended is renewed without anybody noticing', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await aPerson(visitor)
  const ended = `x.${Buffer.from(JSON.stringify({ exp: 1 })).toString('base64url')}.x`
  await page.evaluate(`{
    const session = JSON.parse(localStorage.getItem('stillpoint.session'))
    localStorage.setItem('stillpoint.session', JSON.stringify({ ...session, access_token: '${ended}' }))
  }`)
  await page.goto('/profile')
  await page.getByLabel('First name').waitFor()
  assert.equal(await page.getByLabel('First name').inputValue(), 'Nora')
  await visitor.leave()
})

test('logging out everywhere ends the session of another device', async () => {
  const [here, there] = [await app.visit(), await app.visit()]
  const email = await aPerson(here)
  await there.logIn(email)
  await here.page.goto('/profile')
  await here.page.getByRole('button', { name: 'Log out everywhere' }).click()
  await here.page.getByText('You are logged out on every device.').waitFor()
  await there.page.goto('/profile')
  await there.page.waitForURL('**/login?next=%2Fprofile')
  await here.leave()
  // The browser itself notes that the other device's tokens were refused.
  await there.leave().catch(() => {})
})

test('a device is logged out from another one, and this one by itself', async () => {
  const [here, there] = [
    await app.visit(),
    await app.visit({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1' }),
  ]
  const email = await aPerson(here)
  await there.logIn(email)
  await here.page.goto('/profile')
  const devices = here.page.getByRole('list', { name: 'Devices' }).getByRole('listitem')
  await expectCount(devices, 2)
  await expectText(devices.filter({ hasText: 'This device' }), /Since .*, last used today/)
  assert.equal(await here.page.getByRole('button', { name: /^Log out: / }).count(), 1)
  await here.page.getByRole('button', { name: 'Log out: Safari on iPhone' }).click()
  await here.page.getByText('Safari on iPhone is logged out.').waitFor()
  await expectCount(devices, 1)
  await there.page.goto('/profile')
  await there.page.waitForURL('**/login?next=%2Fprofile')
  await there.leave().catch(() => {})

  await here.page.getByRole('button', { name: 'Log out on this device' }).click()
  await heading(here, 'A quiet hour, kept for you.').waitFor()
  await here.leave()
})

test('an open calendar subscription is seen in the profile, and turned off there', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const token = await app.tokenOf(await aPerson(visitor))
  const { url } = await app.ask('POST', '/api/bookings/calendar-token', { token })
  await page.goto('/profile')
  const subscription = page.getByRole('region', { name: 'Calendar subscription' })
  await subscription.getByText(/^On since /).waitFor()
  await subscription.getByRole('button', { name: 'Turn off' }).click()
  await page.getByText('Your calendar subscription is off.').waitFor()
  await expectCount(subscription.getByText(/^On since /), 0)
  assert.equal((await fetch(url)).status, 401)
  await visitor.leave()
})

test('name and password can be changed, everything exported, and the account deleted', async () => {
  const visitor = await app.visit({ acceptDownloads: true })
  const { page } = visitor
  const email = await aPerson(visitor)
  await page.goto('/profile')
  await page.getByLabel('First name').fill('Norah')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('Your profile is saved.').waitFor()
  await page.getByRole('button', { name: 'Account of Norah North' }).waitFor()

  await page.getByRole('textbox', { name: 'Current password' }).fill(DEMO_PASSWORD)
  await page.getByRole('textbox', { name: 'New password' }).fill('another quiet password')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Your password is changed.').waitFor()

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download your data' }).click(),
  ])
  assert.equal(JSON.parse(readFileSync(await file.path(), 'utf8')).profile.email, email)

  await page.getByRole('button', { name: 'Delete account' }).click()
  const question = page.getByRole('dialog', { name: 'Delete your account?' })
  await question.getByRole('textbox', { name: 'Current password' }).fill('another quiet password')
  await question.getByRole('button', { name: 'Delete my account' }).click()
  await page.getByText('Your account is deleted.').waitFor()
  await heading(visitor, 'A quiet hour, kept for you.').waitFor()
  await visitor.leave()
})

test('what is wrong is said beside what it is about, and a wrong password in words', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto('/register')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Enter your first name.').waitFor()
  assert.equal(await page.getByLabel('First name').getAttribute('aria-invalid'), 'true')
  await page.goto('/login')
  await page.getByLabel('Email').fill('nobody@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong password')
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').getByText('E-mail or password is wrong').waitFor()
  await visitor.leave().catch(({ message }: Error) => assert.match(message, /401/))
})

test('the keyboard is led: past the navigation, and to the top of a new page', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto('/')
  await heading(visitor, 'A quiet hour, kept for you.').waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to content')
  await page.getByRole('link', { name: 'Log in' }).first().press('Enter')
  await heading(visitor, 'Welcome back').waitFor()
  await until(page, "document.activeElement?.textContent === 'Welcome back'")
  assert.equal(await page.title(), 'Welcome back · Stillpoint')
  await visitor.leave()
})

test('light or dark is chosen once, and there before anything is painted', async () => {
  const visitor = await app.visit({ colorScheme: 'light' })
  const { page } = visitor
  await page.goto('/')
  const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  assert.equal(await background(), 'rgb(250, 246, 239)')
  await page.getByRole('button', { name: 'Appearance: As the system' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await until(page, "getComputedStyle(document.body).backgroundColor === 'rgb(22, 29, 46)'")
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.reload({ waitUntil: 'domcontentloaded' })
  assert.equal(await page.evaluate('document.documentElement.dataset.mantineColorScheme'), 'dark')
  await visitor.leave().catch(({ message }: Error) => assert.match(message, /ERR_FAILED/))
})
