import { createHmac, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startStub } from '#harness/clients/stub-server.ts'

export const CLIENT_ID = 'stillpoint-tests.apps.googleusercontent.com'

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>
type Claims = Record<string, unknown>

/** Stands in for Google: publishes keys, signs ID tokens, and can be made to fail. */
export async function startGoogleIssuer() {
  const keys = new Map<string, KeyPair>()
  let fetches = 0
  let answer: (response: ServerResponse) => unknown = publishKeys
  async function publishKeys(response: ServerResponse) {
    const published = [...keys].map(async ([kid, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      ...{ kid, alg: 'RS256', use: 'sig' },
    }))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: await Promise.all(published) }))
  }
  const { url, close } = await startStub((_request, response) => {
    fetches++
    answer(response)
  })
  const issuer = {
    url: `${url}/certs`,
    fetches: () => fetches,
    /** Publishes one more key. */
    async addKey(kid: string) {
      keys.set(kid, await generateKeyPair('RS256', { extractable: true }))
    },
    removeKey: (kid: string) => void keys.delete(kid),
    /** Instead of keys; undefined: keys again. */
    answerWith(other: typeof answer | undefined) {
      answer = other ?? publishKeys
    },
    token: (claims: Claims = {}, header: Claims = {}, key = keys.get(String(header.kid ?? 'k1'))) =>
      new SignJWT(readyClaims(claims))
        .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
        .sign((key as KeyPair).privateKey),
    close,
  }
  await issuer.addKey('k1')
  return issuer
}

export const someone = () => ({
  sub: randomUUID(),
  email: `${randomUUID()}@gmail.com`,
  given_name: 'Gia',
  family_name: 'Google',
})

/** Signed with a secret instead of a key. */
export function hmacToken(claims: Claims, secret: string, header: Claims = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode({ alg: 'HS256', kid: 'k1', ...header })}.${encode(readyClaims(claims))}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

function readyClaims(claims: Claims): Claims {
  const now = Math.floor(Date.now() / 1000)
  const usual = { iss: 'https://accounts.google.com', aud: CLIENT_ID, email_verified: true }
  return { ...someone(), ...usual, iat: now, exp: now + 300, ...claims }
}
