import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CLIENT_ID, someone, startGoogleIssuer } from '../security/google-issuer.ts'
import { startWebApp, type WebApp } from './web-app.ts'

let google: Awaited<ReturnType<typeof startGoogleIssuer>>
let app: WebApp

before(async () => {
  google = await startGoogleIssuer()
  app = await startWebApp({ GOOGLE_CLIENT_ID: CLIENT_ID, GOOGLE_JWKS_URL: google.url })
})
after(async () => {
  await app.close()
  await google.close()
})

/** Stands in for Google's script: draws a button that signs in at once, for the client id it was given. */
const scriptFor = (token: string) => `
  let options
  window.google = { accounts: { id: {
    initialize: (given) => { options = given },
    renderButton(place) {
      const button = document.createElement('button')
      button.textContent = 'Continue with Google as ' + options.client_id
      button.onclick = () => options.callback({ credential: ${JSON.stringify(token)} })
      place.append(button)
    },
  } } }`

test('where Google is configured, one signs in with its button', async () => {
  const person = someone()
  const visitor = await app.visit()
  const { page } = visitor
  const body = scriptFor(await google.token(person))
  await page.route('https://accounts.google.com/gsi/client', (route) =>
    route.fulfill({ contentType: 'text/javascript', body }),
  )
  await page.goto('/login')
  await page.getByRole('button', { name: `Continue with Google as ${CLIENT_ID}` }).click()
  await page.waitForURL('**/events')
  await page.getByRole('button', { name: 'Account of Gia Google' }).waitFor()
  await page.goto('/profile')
  const set = page.getByRole('button', { name: 'Set a password' })
  assert.equal(await set.isDisabled(), true, 'not before one has signed in again')
  await page.getByRole('button', { name: `Continue with Google as ${CLIENT_ID}` }).click()
  await page.getByLabel('New password').fill('an unheard-of phrase')
  await set.click()
  await page.getByText('Your password is changed.').waitFor()
  await visitor.leave()
})

test('a stranger with a Google account books in one step', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const body = scriptFor(await google.token(someone()))
  await page.route('https://accounts.google.com/gsi/client', (route) =>
    route.fulfill({ contentType: 'text/javascript', body }),
  )
  await page.goto('/events/5')
  await page.getByRole('button', { name: `Continue with Google as ${CLIENT_ID}` }).click()
  await page.getByRole('heading', { name: 'You’re in.' }).waitFor()
  await visitor.leave()
})

test('where Google cannot be reached, the page says so and the password still works', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.route('https://accounts.google.com/gsi/client', (route) => route.abort())
  await page.goto('/login')
  await page.getByText('Google cannot be reached from here').waitFor()
  await visitor.leave().catch(({ message }: Error) => assert.match(message, /ERR_FAILED/))
})
