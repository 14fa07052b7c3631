/** How one slow connection behaves. */
export type Behaviour = {
  /** What each of the connections sends; `i` is its number. */
  bytes(i: number): string
  /** Sent again every half second. */
  trickle?: string
  /** Takes nothing of what comes back. */
  isDeaf?: boolean
  /** Once all of it is answered it sends the same again, so that there is always one under way. */
  isRepeated?: boolean
  /** From how many addresses. What guesses comes from elsewhere: who shares an address shares its fate at the login. */
  addresses?: number
}

/** One way of keeping a service busy without being a client of it. */
export type SlowKind = Behaviour & {
  name: string
  at: ('booking' | 'crm')[]
  /** A flood that a proxy in front makes worse, see decision 0042. */
  isOnlyDirect?: boolean
}

const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n')

const JSON_TYPE = 'Content-Type: application/json'
const AWAITED = 'Content-Length: 60'
const LARGE_FILE = '/docs/static/swagger-ui-bundle.js'
const BOTH: SlowKind['at'] = ['booking', 'crm']

function logIn(email: string): string {
  const body = JSON.stringify({ email, password: 'a guess, and a wrong one' })
  return head('POST /api/auth/login', JSON_TYPE, `Content-Length: ${body.length}`) + body
}

export const SLOW_KINDS: SlowKind[] = [
  {
    name: 'a login whose body never comes',
    at: ['booking'],
    bytes: () => head('POST /api/auth/login', JSON_TYPE, AWAITED),
  },
  {
    name: 'a large file that is not taken',
    at: BOTH,
    isDeaf: true,
    bytes: () => head(`GET ${LARGE_FILE}`).repeat(10),
  },
  {
    name: 'logins in flight',
    at: ['booking'],
    isRepeated: true,
    addresses: 1,
    bytes: (i) => logIn(`many-${i}@example.com`),
  },
  {
    name: 'guesses at one account',
    at: ['booking'],
    isRepeated: true,
    addresses: 8,
    bytes: () => logIn('guessed-at@example.com'),
  },
  { name: 'nothing at all', at: BOTH, bytes: () => '' },
  {
    name: 'half a head',
    at: BOTH,
    trickle: 'X: y\r\n',
    bytes: () => 'GET /health HTTP/1.1\r\nHost: localhost\r\n',
  },
  {
    name: 'a body byte by byte',
    at: ['booking'],
    trickle: ' ',
    bytes: () => head('POST /api/auth/register', JSON_TYPE, AWAITED),
  },
  {
    name: 'half a chunk',
    at: ['booking'],
    bytes: () => `${head('POST /api/auth/refresh', JSON_TYPE, 'Transfer-Encoding: chunked')}9\r\n{`,
  },
  {
    name: 'a body that is asked for',
    at: ['booking'],
    bytes: () => head('POST /api/facilitators/login', JSON_TYPE, AWAITED, 'Expect: 100-continue'),
  },
  { name: 'a body that was refused', at: BOTH, bytes: () => head('POST /api/bookings/', JSON_TYPE, AWAITED) },
  {
    name: 'a notification whose body never comes',
    at: ['crm'],
    bytes: () => head('POST /api/notify', JSON_TYPE, AWAITED),
  },
  { name: 'a body for nobody', at: BOTH, bytes: () => head('POST /nowhere', JSON_TYPE, AWAITED) },
  { name: 'a body for a question in advance', at: BOTH, bytes: () => head('OPTIONS /api/bookings', AWAITED) },
  {
    name: 'the documentation, asked for ahead',
    at: BOTH,
    isDeaf: true,
    bytes: () => head('GET /openapi.json').repeat(40),
  },
  { name: 'how it is, asked ahead', at: BOTH, isDeaf: true, bytes: () => head('GET /health').repeat(40) },
  {
    name: 'twenty questions of a browser ahead, again and again',
    at: BOTH,
    isRepeated: true,
    addresses: 1,
    bytes: () =>
      head(
        'OPTIONS /api/bookings/',
        'Origin: http://localhost:3000',
        'Access-Control-Request-Method: GET',
      ).repeat(20),
  },
  {
    name: 'twenty addresses that there are not, again and again',
    at: BOTH,
    isOnlyDirect: true,
    isRepeated: true,
    addresses: 1,
    bytes: () => head('GET /api/nowhere').repeat(20),
  },
  { name: 'a connection that is kept', at: BOTH, bytes: () => head('HEAD /api/settings') },
]
