import { createHmac, generateKeyPairSync, hkdfSync, sign } from 'node:crypto'

/** What a forger knows or, for the sake of the argument, might know. */
export type Loot = {
  /** Tokens of a living session. */
  access: string
  refresh: string
  userId: number
  /** The signing secret: with it, only the claims can give a forgery away. */
  secret: string
  otherSecret: string
  /** The id of a session that its owner has logged out of. */
  endedSession: string
  /** Seconds since 1970. */
  now: number
}

type Json = Record<string, unknown>

/** A token for that key as the product itself would write it, apart from the changes. */
export function mint(loot: Loot, changes: Json = {}, header: Json = {}, kind = 'access'): string {
  const claims = { ...goodClaims(loot, kind), ...changes }
  return seal(
    JSON.stringify({ alg: 'HS256', typ: 'JWT', ...header }),
    JSON.stringify(claims),
    keyOf(loot.secret, kind),
  )
}

/** Access tokens that must not open anything. */
export function forgedTokens(loot: Loot): Record<string, string> {
  return {
    ...byAlgorithm(loot),
    ...byHeader(loot),
    ...bySignature(loot),
    ...byClaims(loot),
    ...byShape(loot),
  }
}

function goodClaims({ userId, now }: Loot, kind: string): Json {
  const lifetime = kind === 'access' ? 3_600 : 30 * 24 * 3_600
  const times = { iat: now - 5, exp: now - 5 + lifetime }
  const session = { sid: '6f1d2f2e-3a44-4a7d-9d3b-0c8f6d1f7a10', ver: 0 }
  return {
    type: kind,
    ...session,
    iss: 'stillpoint',
    aud: kind,
    sub: String(userId),
    jti: 'forged',
    ...times,
  }
}

function byAlgorithm(loot: Loot): Record<string, string> {
  const claims = JSON.stringify(goodClaims(loot, 'access'))
  const key = keyOf(loot.secret, 'access')
  const unsigned = (alg: string) => `${encode(JSON.stringify({ alg, typ: 'JWT' }))}.${encode(claims)}.`
  const hmac = (alg: string, hash: string) => {
    const input = `${encode(JSON.stringify({ alg, typ: 'JWT' }))}.${encode(claims)}`
    return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`
  }
  const asymmetric = (alg: string, type: 'rsa' | 'ec') => {
    const { privateKey } =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const input = `${encode(JSON.stringify({ alg, typ: 'JWT' }))}.${encode(claims)}`
    return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
  }
  return {
    'alg none': unsigned('none'),
    'alg None': unsigned('None'),
    'alg NONE': unsigned('NONE'),
    'alg nOnE': unsigned('nOnE'),
    'alg empty': unsigned(''),
    'alg none with a signature': `${unsigned('none')}${loot.access.split('.')[2]}`,
    'alg HS384': hmac('HS384', 'sha384'),
    'alg HS512': hmac('HS512', 'sha512'),
    'alg HS1': hmac('HS1', 'sha1'),
    'alg hs256 in small letters': hmac('hs256', 'sha256'),
    'alg RS256 with a key of their own': asymmetric('RS256', 'rsa'),
    'alg ES256 with a key of their own': asymmetric('ES256', 'ec'),
    'alg RS256, but an HMAC': hmac('RS256', 'sha256'),
    'alg missing': mint(loot, {}, { alg: undefined }),
    'alg null': mint(loot, {}, { alg: null }),
    'alg a list': mint(loot, {}, { alg: ['HS256'] }),
    'alg dir': mint(loot, {}, { alg: 'dir', enc: 'A256GCM' }),
  }
}

/** Headers that offer a key or ask for one, signed with the key they offer. */
function byHeader(loot: Loot): Record<string, string> {
  const own = Buffer.from(loot.otherSecret)
  const claims = JSON.stringify(goodClaims(loot, 'access'))
  const offering = (extra: Json) => seal(JSON.stringify({ alg: 'HS256', typ: 'JWT', ...extra }), claims, own)
  const jwk = { kty: 'oct', k: own.toString('base64url'), alg: 'HS256' }
  return {
    'jwk with the key in it': offering({ jwk }),
    'jku of a stranger': offering({ jku: 'http://127.0.0.1:9/keys' }),
    'x5u of a stranger': offering({ x5u: 'http://127.0.0.1:9/cert' }),
    'x5c of a stranger': offering({ x5c: ['MIIB'] }),
    'kid that is a path': offering({ kid: '../../../../dev/null' }),
    'kid that is SQL': offering({ kid: "x' union select 'key" }),
    'crit that nobody knows': mint(loot, {}, { crit: ['exp'], exp: 1 }),
    'crit empty': mint(loot, {}, { crit: [] }),
    'payload not encoded (b64 false)': mint(loot, {}, { b64: false, crit: ['b64'] }),
    'typ missing': mint(loot, {}, { typ: undefined }),
    'typ at+jwt': mint(loot, {}, { typ: 'at+jwt' }),
    'typ JOSE': mint(loot, {}, { typ: 'JOSE' }),
    'alg twice, none last': seal(
      '{"alg":"HS256","typ":"JWT","alg":"none"}',
      claims,
      keyOf(loot.secret, 'access'),
    ),
    'header a list': seal('["HS256"]', claims, keyOf(loot.secret, 'access')),
  }
}

function bySignature(loot: Loot): Record<string, string> {
  const [header, payload = '', signature = ''] = loot.access.split('.')
  const edited = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: '2' }
  const with_ = (text: string) => `${header}.${payload}.${text}`
  const sealedWith = (key: Buffer | string) =>
    seal('{"alg":"HS256","typ":"JWT"}', JSON.stringify(goodClaims(loot, 'access')), Buffer.from(key))
  return {
    'no signature': with_(''),
    'a cut signature': with_(signature.slice(0, 20)),
    'one character less': with_(signature.slice(0, -1)),
    'a doubled signature': with_(signature + signature),
    'a signature of zeros': with_('A'.repeat(43)),
    'the signature of another token': with_(loot.refresh.split('.')[2] ?? ''),
    'edited claims under the old signature': `${header}.${encode(JSON.stringify(edited))}.${signature}`,
    'signed with nothing': sealedWith('\0'.repeat(32)),
    'signed with another secret': sealedWith(loot.otherSecret),
    'signed with the secret itself, not the key made of it': sealedWith(loot.secret),
    'signed with the published development key': sealedWith(
      keyOf('stillpoint-development-secret-replace-me', 'access'),
    ),
    'signed with the key of refresh tokens': sealedWith(keyOf(loot.secret, 'refresh')),
  }
}

/** Signed with the right key, so that only what they say can give them away. */
function byClaims(loot: Loot): Record<string, string> {
  const { now, userId, secret } = loot
  const raw = (payload: string) => seal('{"alg":"HS256","typ":"JWT"}', payload, keyOf(secret, 'access'))
  const good = JSON.stringify(goodClaims(loot, 'access'))
  const twice = (claim: string) => raw(good.replace(/}$/, `,${claim}}`))
  // biome-ignore format: a list to look through
  const changes: Record<string, Json> = {
    'exp missing': { exp: undefined }, 'exp text': { exp: String(now + 100) }, 'exp 0': { exp: 0 }, 'exp negative': { exp: -1 },
    'exp 1e20': { exp: 1e20 }, 'exp null': { exp: null }, 'exp true': { exp: true }, 'exp a list': { exp: [now + 100] },
    'exp one second ago': { exp: now - 1 }, 'exp now': { exp: now }, 'exp in a year': { exp: now + 365 * 24 * 3_600 },
    'nbf in the future': { nbf: now + 600 }, 'nbf text': { nbf: 'never' }, 'iat missing': { iat: undefined }, 'iat text': { iat: 'now' },
    'iat in the future': { iat: now + 600, exp: now + 700 }, 'iss missing': { iss: undefined }, 'iss of a stranger': { iss: 'https://evil.example' },
    'iss a list': { iss: ['stillpoint', 'evil'] }, 'aud missing': { aud: undefined }, 'aud of another service': { aud: 'another' },
    'aud of refresh tokens': { aud: 'refresh' }, 'aud a list': { aud: ['access', 'refresh'] }, 'type missing': { type: undefined },
    'type of refresh tokens': { type: 'refresh' }, 'jti missing': { jti: undefined }, 'ver missing': { ver: undefined }, 'ver null': { ver: null },
    'ver text': { ver: '0' }, 'ver a list': { ver: [] }, 'ver of other sessions': { ver: 1 }, 'sid missing': { sid: undefined },
    'sid null': { sid: null }, 'sid a list': { sid: ['6f1d2f2e-3a44-4a7d-9d3b-0c8f6d1f7a10'] },
    'sid that is no id of a session': { sid: "' or true --" }, 'sid of a session that was logged out': { sid: loot.endedSession },
    'sub missing': { sub: undefined }, 'sub a number': { sub: userId }, 'sub a list': { sub: [String(userId)] }, 'sub empty': { sub: '' },
    'sub 0': { sub: '0' }, 'sub with a zero in front': { sub: `0${userId}` }, 'sub with a blank': { sub: ` ${userId}` },
    'sub as 1e0': { sub: `${userId}e0` }, 'sub of nobody': { sub: '2147483647' }, 'sub beyond every id': { sub: '2147483648' },
    'sub far beyond every id': { sub: '9999999999' }, 'sub that is SQL': { sub: '1 or 1=1' },
  }
  const minted = Object.entries(changes).map(([name, change]) => [name, mint(loot, change)])
  return {
    ...Object.fromEntries(minted),
    'claims a list': raw(`[${good}]`),
    'claims a text': raw('"claims"'),
    'claims null': raw('null'),
    'claims not JSON': raw('{"sub":'),
    'claims empty': raw(''),
    'exp twice, the past last': twice(`"exp":${now - 1}`),
    'sub twice, nobody last': twice('"sub":"2147483647"'),
    'type twice, refresh last': twice('"type":"refresh"'),
  }
}

function byShape(loot: Loot): Record<string, string> {
  const [header = '', payload = '', signature = ''] = loot.access.split('.')
  return {
    'a refresh token': loot.refresh,
    'two parts': `${header}.${payload}`,
    'four parts': `${loot.access}.${signature}`,
    'five parts, as encrypted ones have': `${header}.${payload}.${signature}.${payload}.${signature}`,
    'padded base64': `${header}=.${payload}=.${signature}=`,
    '64 kB': mint(loot, { padding: 'x'.repeat(48_000) }),
    '5 kB': mint(loot, { padding: 'x'.repeat(4_000) }),
    'JSON serialisation': encode(JSON.stringify({ protected: header, payload, signature })),
  }
}

function seal(header: string, payload: string, key: Uint8Array): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

function keyOf(secret: string, kind: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `stillpoint ${kind} token`, 32))
}

const encode = (text: string) => Buffer.from(text).toString('base64url')
