import { type AreaChecks, contract, decision } from '../check.ts'
import { login, refreshed, userAnswer } from '../contract/models.ts'
import {
  expectBody,
  expectCodedError,
  expectError,
  expectStatus,
  expectThat,
  expectValues,
} from '../expect.ts'
import { attendee, newRegistration } from '../world/people.ts'
import { oncePerRun } from '../world/world.ts'
import { registrationChecks } from './main-auth.register.ts'

export const mainAuth: AreaChecks = {
  'POST /api/auth/register': registrationChecks,

  'POST /api/auth/login': [
    contract('returns the user and two tokens', async (world) => {
      const { user, password } = await attendee(world)
      const answer = await world.main.post('/api/auth/login', { email: user.email, password })
      expectValues(answer, expectBody(answer, 200, login).user, user)
    }),
    contract('issues tokens that are JSON Web Tokens', async (world) => {
      const { user, password } = await attendee(world)
      const answer = await world.main.post('/api/auth/login', { email: user.email, password })
      const { access_token, refresh_token } = expectBody(answer, 200, login)
      for (const token of [access_token, refresh_token]) {
        expectThat(answer, isJwt(token), 'a JSON Web Token of three parts', token)
      }
    }),
    contract('refuses a wrong password with 401', async (world) => {
      const { email } = (await attendee(world)).user
      expectError(await world.main.post('/api/auth/login', { email, password: 'not-the-password' }), 401)
    }),
    contract('refuses an unknown e-mail with 401', async ({ main }) => {
      const { email, password } = newRegistration()
      expectError(await main.post('/api/auth/login', { email, password }), 401)
    }),
    ...['email', 'password'].map((field) =>
      contract(`refuses a login without ${field}`, async ({ main }) => {
        const { email, password } = newRegistration()
        expectError(await main.post('/api/auth/login', { email, password, [field]: undefined }), 400)
      }),
    ),
    decision('says the same to a wrong password and an unknown e-mail', async (world) => {
      const { email } = (await attendee(world)).user
      const stranger = { email: newRegistration().email, password: 'not-the-password' }
      const known = await world.main.post('/api/auth/login', { ...stranger, email })
      const unknown = await world.main.post('/api/auth/login', stranger)
      expectCodedError(unknown, 401)
      expectValues(unknown, unknown.json, known.json)
    }),
    decision('knows the e-mail in any case', async (world) => {
      const { user, password } = await attendee(world)
      const answer = await world.main.post('/api/auth/login', { email: user.email.toUpperCase(), password })
      expectStatus(answer, 200)
    }),
  ],

  'POST /api/auth/google-login': [
    contract('refuses a body without token', async ({ main }) => {
      expectError(await main.post('/api/auth/google-login', {}), 400)
    }),
    contract('refuses a token that Google did not issue', async (world) => {
      // A service without a Google client answers 503.
      expectError(await madeUpGoogleLogin(world), 400, 401, 503)
    }),
    decision('answers such a token with 401, or 503 where Google is not set up', async (world) => {
      expectCodedError(await madeUpGoogleLogin(world), 401, 503)
    }),
  ],

  'POST /api/auth/refresh': [
    contract('returns a new access token that opens the profile', async (world) => {
      const { refreshToken, user } = await attendee(world)
      const answer = await world.main.as(refreshToken).post('/api/auth/refresh')
      const { access_token } = expectBody(answer, 200, refreshed)
      const profile = await world.main.as(access_token).get('/api/auth/profile')
      expectValues(profile, expectBody(profile, 200, userAnswer).user, { id: user.id })
    }),
    contract('takes an empty body that is announced as JSON', async (world) => {
      const { refreshToken } = await attendee(world)
      const headers = { 'content-type': 'application/json' }
      expectStatus(await world.main.as(refreshToken).send('POST', '/api/auth/refresh', { headers }), 200)
    }),
  ],

  'GET /api/auth/profile': [
    contract('returns the user model of the caller', async (world) => {
      const { api, user } = await attendee(world)
      const answer = await api.get('/api/auth/profile')
      expectValues(answer, expectBody(answer, 200, userAnswer).user, user)
    }),
    contract('refuses a token whose signature was changed', async (world) => {
      const { accessToken } = await attendee(world)
      const forged = accessToken.replace(/[^.]+$/, (signature) => [...signature].reverse().join(''))
      expectError(await world.main.as(forged).get('/api/auth/profile'), 401)
    }),
    contract('refuses a token that claims to need no signature', async (world) => {
      const { accessToken } = await attendee(world)
      const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
      const unsigned = `${header}.${accessToken.split('.')[1]}.`
      expectError(await world.main.as(unsigned).get('/api/auth/profile'), 401)
    }),
  ],
}

/** Requested once, because failed logins are rate-limited. */
const madeUpGoogleLogin = oncePerRun(({ main }) => main.post('/api/auth/google-login', { token: 'made-up' }))

function isJwt(token: string): boolean {
  const [header = '', ...others] = token.split('.')
  return others.length === 2 && Buffer.from(header, 'base64url').toString().includes('"alg"')
}
