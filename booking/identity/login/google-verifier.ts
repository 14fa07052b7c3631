import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { parseEmail } from '#booking/identity/users/email.ts'
import { declined, unauthorized, unavailable } from '#shared/errors/app-error.ts'
import { toLine } from '#shared/errors/text-patterns.ts'

/** The verified claims of a Google ID token. `sub` identifies the account, never the address. */
export type GoogleIdentity = {
  sub: string
  email: string
  first_name: string
  last_name: string
  /** Claim `iat`. */
  issued_at: Date
}

export type GoogleVerifier = (token: string) => Promise<GoogleIdentity>

const badGoogleToken = () =>
  unauthorized('invalid_google_token', 'Google sign-in was not accepted: please sign in with Google again.')
const unprovenAddress = () =>
  unauthorized(
    'google_email_unverified',
    'Google has not verified this e-mail address: verify it with Google first.',
  )
const notConfigured = () =>
  declined(
    'google_login_not_configured',
    'Google sign-in is not set up here: sign in with e-mail and password.',
    3_600,
  )
const googleAway = () =>
  unavailable(
    'google_unavailable',
    'Google cannot be reached right now: try again or sign in with e-mail and password.',
  )

const ISSUERS = ['https://accounts.google.com', 'accounts.google.com']
const UNREACHABLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID'])

/**
 * Returns a function that verifies Google ID tokens: signature by Google's published keys, audience, issuer, expiry and
 * verified address. It throws 401 for an invalid token, and 503 when Google or its configuration is missing.
 */
export function createGoogleVerifier(clientId: string | undefined, jwksUrl: string): GoogleVerifier {
  if (!clientId) return () => Promise.reject(notConfigured())
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 60_000 })
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: ISSUERS,
      audience: clientId,
      requiredClaims: ['sub', 'email', 'exp', 'iat'],
    }).catch((error: unknown) => {
      throw isUnreachable(error) ? googleAway() : badGoogleToken()
    })
    const { sub, aud, email_verified, given_name, family_name, name, iat = 0 } = payload
    const email = typeof payload.email === 'string' ? parseEmail(payload.email) : undefined
    if (typeof aud !== 'string' || email === undefined) throw badGoogleToken()
    if (typeof sub !== 'string' || sub === '') throw badGoogleToken()
    if (email_verified !== true) throw unprovenAddress()
    const names = readNames(given_name, family_name, name, email)
    return { sub, email, ...names, issued_at: new Date(iat * 1_000) }
  }
}

/** jose passes on fetch's TypeErrors, and throws a generic error for an answer that is not a key set. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true
  return UNREACHABLE.has(error.code)
}

/** Somebody with one name has one of the two claims. The full name is only taken apart when there is neither. */
function readNames(given: unknown, family: unknown, full: unknown, email: string) {
  const [first_name = '', ...more] = [nameIn(given), nameIn(family)].filter(Boolean)
  if (first_name) return { first_name, last_name: more.join(' ') }
  const [first = '', ...rest] = (nameIn(full) || nameIn(email.split('@')[0]) || 'Guest').split(' ')
  return { first_name: first, last_name: rest.join(' ') }
}

const NAME_MAX = 100

const nameIn = (claim: unknown): string =>
  typeof claim === 'string' ? [...toLine(claim)].slice(0, NAME_MAX).join('') : ''
