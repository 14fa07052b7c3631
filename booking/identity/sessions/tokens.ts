import { hkdfSync, randomUUID, webcrypto } from 'node:crypto'
import { type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { MAX_ID } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'

/** Signs and verifies JWTs. Each kind has its own key, so that one is never accepted as the other (decision 0005). */
export type Tokens = {
  /** Returns a signed token; without `id` it belongs to a new session. */
  issue(kind: TokenKind, session: NewToken): Promise<string>
  /** Returns the session of a valid, unexpired token of that kind; undefined for anything else. */
  verify(kind: TokenKind, token: string): Promise<Session | undefined>
}

export type TokenKind = 'access' | 'refresh'

type NewToken = {
  userId: number
  version: number
  id?: string
  generation?: number
  /** Upper bound of the expiry. */
  untilMs?: number
}

/**
 * The claims of a token. `id` is shared by all tokens of a login; `version` is the account's `session_version` at issue;
 * `generation` counts the refresh tokens of the session before this one.
 */
export type Session = {
  id: string
  userId: number
  version: number
  tokenId: string
  generation: number
  issuedAtMs: number
  expiresAtMs: number
}

export const LIFETIME_SECONDS: Record<TokenKind, number> = { access: 3_600, refresh: 30 * 24 * 3_600 }
const TOKEN_MAX_CHARS = 4_096
const ISSUER = 'stillpoint'

/** Tokens signed with the `previous` secret are accepted too, for rotating secrets (decision 0037). */
export function createTokens(secret: string, clock: Clock, previous?: string): Tokens {
  const keys = { access: deriveKey(secret, 'access'), refresh: deriveKey(secret, 'refresh') }
  const others = previous !== undefined && {
    access: deriveKey(previous, 'access'),
    refresh: deriveKey(previous, 'refresh'),
  }
  const verifyWith = async (key: Promise<webcrypto.CryptoKey>, kind: TokenKind, token: string) => {
    try {
      const { payload } = await jwtVerify(token, await key, {
        algorithms: ['HS256'],
        typ: 'JWT',
        issuer: ISSUER,
        audience: kind,
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
        currentDate: clock.now(),
        clockTolerance: 0,
      })
      return readSession(payload, kind, clock)
    } catch {
      return undefined
    }
  }
  return {
    async issue(kind, { userId, version, id = randomUUID(), generation = 0, untilMs = Infinity }) {
      const issuedAt = Math.floor(clock.now().getTime() / 1000)
      const claims = { type: kind, sid: id, ver: version, ...(generation > 0 && { gen: generation }) }
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(kind)
        .setSubject(String(userId))
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(Math.min(issuedAt + LIFETIME_SECONDS[kind], Math.floor(untilMs / 1_000)))
        .sign(await keys[kind])
    },
    async verify(kind, token) {
      if (token.length > TOKEN_MAX_CHARS) return undefined
      const session = await verifyWith(keys[kind], kind, token)
      return session ?? (others ? verifyWith(others[kind], kind, token) : undefined)
    },
  }
}

function readSession(
  { type, aud, sub, sid, ver, jti, gen = 0, iat = 0, exp = 0 }: JWTPayload,
  kind: TokenKind,
  clock: Clock,
): Session | undefined {
  const isFromFuture = iat > clock.now().getTime() / 1000 + 60
  const livesTooLong = exp - iat > LIFETIME_SECONDS[kind]
  const userId = typeof sub === 'string' && /^[1-9]\d{0,9}$/.test(sub) ? Number(sub) : undefined
  if (type !== kind || aud !== kind || isFromFuture || livesTooLong) return undefined
  if (!userId || userId > MAX_ID || !isInteger(ver)) return undefined
  if (typeof sid !== 'string' || !UUID.test(sid) || typeof jti !== 'string') return undefined
  if (!isInteger(gen) || gen < 0) return undefined
  return {
    id: sid,
    userId,
    version: ver,
    tokenId: jti,
    generation: gen,
    issuedAtMs: iat * 1_000,
    expiresAtMs: exp * 1_000,
  }
}

const isInteger = (value: unknown): value is number => Number.isInteger(value)
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Imported once, since jose would import raw bytes again for every token. */
function deriveKey(secret: string, kind: TokenKind): Promise<webcrypto.CryptoKey> {
  const bytes = hkdfSync('sha256', secret, '', `stillpoint ${kind} token`, 32)
  return webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])
}
