import { METHODS } from 'node:http'
import fc from 'fast-check'

/**
 * `bytes` may be answered by 4xx or by closing, never by success. `lawful` bytes are odd but HTTP: one answer
 * below 500. `twice` would be two requests to a careless server: at most one answer, and nothing for `/smuggled`.
 */
export type JunkCase = { name: string; bytes: string | Buffer; kind: 'junk' | 'lawful' | 'twice' }

const HOST = 'Host: x\r\n'
const GET = `GET /health HTTP/1.1\r\n${HOST}`
const POST = `POST /api/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'

/** The same for the same seed. */
export function junkCases(seed: number): JunkCase[] {
  return [
    ...table(
      'junk',
      REQUEST_LINES.map((line) => [line, `${line}\r\n${HOST}\r\n`]),
    ),
    ...table(
      'junk',
      HEADER_LINES.map((line) => [`header ${line}`, `${GET}${line}\r\n\r\n`]),
    ),
    ...table('junk', Object.entries(SIZES)),
    ...table(
      'twice',
      FRAMINGS.map((lines) => [`framing ${lines}`, `${POST}${lines}\r\n\r\n${SMUGGLED}`]),
    ),
    ...table(
      'junk',
      CHUNKS.map((body) => [`chunk ${body}`, `${POST}Transfer-Encoding: chunked\r\n\r\n${body}`]),
    ),
    ...table(
      'lawful',
      TARGETS.map((target) => [`target ${target}`, close(`GET ${target} HTTP/1.1`)]),
    ),
    ...table(
      'lawful',
      OTHER_METHODS.map((method) => [`method ${method}`, close(`${method} /health HTTP/1.1`)]),
    ),
    ...noise(seed).map(
      (bytes, i) => ({ name: `noise ${i}`, bytes, kind: isBlank(bytes) ? 'lawful' : 'junk' }) as const,
    ),
    ...bent(seed).map((bytes, i) => ({ name: `bent ${i}`, bytes, kind: 'lawful' as const })),
  ]
}

const close = (requestLine: string) => `${requestLine}\r\n${HOST}Connection: close\r\n\r\n`

function table(kind: JunkCase['kind'], cases: (readonly [string, string])[]): JunkCase[] {
  return cases.map(([name, bytes]) => ({
    kind,
    name: JSON.stringify(name.slice(0, 80)),
    bytes: Buffer.from(bytes, 'latin1'),
  }))
}

// biome-ignore format: a list to look through
const REQUEST_LINES = [
  '', 'GET', 'GET ', 'GET /', 'GET /health', ' GET /health HTTP/1.1',
  'GET\t/health\tHTTP/1.1', 'get /health HTTP/1.1', 'Get /health HTTP/1.1', 'GETT /health HTTP/1.1', 'G@T /health HTTP/1.1',
  'HELLO', 'HELLO /health HTTP/1.1', 'PRI * HTTP/2.0', 'GET /health HTTP', 'GET /health HTTP/', 'GET /health HTTP/1',
  'GET /health HTTP/1.', 'GET /health HTTP/.1', 'GET /health HTTP/11', 'GET /health HTTP/2.0', 'GET /health HTTP/0.9',
  'GET /health HTTP/3', 'GET /health HTTP/1.2', 'GET /health HTTP/9.9', 'GET /health http/1.1', 'GET /health HTTQ/1.1',
  'GET /health HTTPS/1.1', 'GET /health HTTP/1.1 x', 'GET /health HTTP/-1.1', 'GET /health HTTP/1.1\0', 'GET /he\0alth HTTP/1.1',
  'GET /he alth HTTP/1.1', 'GET health HTTP/1.1', 'GET \\health HTTP/1.1', 'GET ? HTTP/1.1', 'GET # HTTP/1.1', 'GET /\x7f HTTP/1.1',
  'GET /\x01 HTTP/1.1', 'GET /a\rb HTTP/1.1', '\0GET /health HTTP/1.1', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', 'SSH-2.0-x',
  'EHLO x', 'USER anonymous', '*1', '{"method":"GET"}', '<xml/>', 'GET: /health HTTP/1.1', 'GET /health\x0bHTTP/1.1', 'QUERY /health HTTP/1.1x',
  'SOURCE /health HTTP/1.1', 'ICY 200 OK', 'HTTP/1.1 200 OK', 'DESCRIBE rtsp://x RTSP/1.0', 'BREW /pot HTCPCP/1.0', 'CONNECT x:1 HTTP/1.1',
  'CONNECT /health HTTP/1.1', 'CONNECT 127.0.0.1:5432 HTTP/1.1',
]

// biome-ignore format: a list to look through
const HEADER_LINES = [
  ': x', ' : x', 'a', 'a b: c', 'a\t: b', 'a : b', '\0: a', 'a: b\0c', 'a\0: b', 'a: b\rc', 'a: \x01', 'a: \x7f', '(a): b', 'a[]: b', '"a": b',
  'a@b: c', 'é: a', 'a{}: b', 'a/b: c', 'a,b: c', 'a;b: c', 'a=b', '=: a', 'Host: y', 'Host:', 'host: y\r\nHOST: z', 'Content-Length: x',
  'Content-Length: -1', 'Content-Length: +1', 'Content-Length: 1.5', 'Content-Length: 0x10', 'Content-Length: 1e3', 'Content-Length: 1 2',
  'Content-Length: 1, 2', 'Content-Length: 99999999999999999999', 'Content-Length: 18446744073709551616', 'Content-Length:', 'Content-Length: "1"',
  'Content-Length: 0\r\nContent-Length: 1', 'Content-Length: 0,0', 'Content-Length : 0', 'Content_Length : 5', 'Transfer-Encoding: x', 'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: chunked, chunked x', 'Transfer-Encoding : chunked', ' Transfer-Encoding: chunked', 'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', '\x00', '\x80\x81', 'a: b\r\n\x01c: d', 'X: \x08', 'X: a\x0cb', ' leading: fold',
]

// biome-ignore format: a list to look through
const HOSTS = [
  'localhost@evil', 'a b', 'localhost#', '[::1]evil', 'a/b', 'a?b', 'a\\b', 'a:b', 'a:123456', '"a"', '<a>', '[x]',
  'a,b',
]

const SIZES: Record<string, string> = {
  ...Object.fromEntries(
    HOSTS.map((host) => [`the host ${host}`, `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`]),
  ),
  'no Host': 'GET /health HTTP/1.1\r\n\r\n',
  'a header of 17 kB': `${GET}X: ${'y'.repeat(17_000)}\r\n\r\n`,
  'a header name of 17 kB': `${GET}${'y'.repeat(17_000)}: x\r\n\r\n`,
  'a URL of 17 kB': `GET /${'y'.repeat(17_000)} HTTP/1.1\r\n${HOST}\r\n`,
  'a method of 17 kB': `${'G'.repeat(17_000)} / HTTP/1.1\r\n${HOST}\r\n`,
  '100,000 headers': `${GET}${'a: b\r\n'.repeat(100_000)}\r\n`,
  '3,000 headers': `${GET}${'a: b\r\n'.repeat(3_000)}\r\n`,
  'a cookie of 20 kB': `${GET}Cookie: ${'a=b; '.repeat(4_000)}\r\n\r\n`,
  'a token of 20 kB': `${GET}Authorization: Bearer ${'x'.repeat(20_000)}\r\n\r\n`,
  'HTTP/0.9': 'GET /health\r\n\r\n',
  'a body larger than announced': `${POST}Content-Length: 2\r\n\r\n{}${'x'.repeat(1_000)}`,
  'a body of 1 MB': `${POST}Content-Length: 1000000\r\n\r\n${'x'.repeat(70_000)}`,
  'chunk trailers of 20 kB': `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
  'chunk extensions of 20 kB': `${POST}Transfer-Encoding: chunked\r\n\r\n2;${'y'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
}

/** Two ways to say where a body ends, so that two servers in a row could disagree. */
// biome-ignore format: a list to look through
const FRAMINGS = [
  'Content-Length: 5\r\nTransfer-Encoding: chunked', 'Transfer-Encoding: chunked\r\nContent-Length: 5',
  'Content-Length: 0\r\nTransfer-Encoding: chunked', 'Content-Length: 0\r\nContent-Length: 38', 'Content-Length: 38\r\nContent-Length: 0',
  'Content-Length: 0, 38', 'Content-Length: 38, 0', 'Content-Length: 0\r\nTransfer-Encoding: identity', 'Transfer-Encoding: identity\r\nContent-Length: 0',
  'Transfer-Encoding: xchunked\r\nContent-Length: 0', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: x', 'Transfer-Encoding: x\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked\r\nContent-Length: 0', 'Transfer-Encoding: "chunked"', "Transfer-Encoding: 'chunked'", 'Transfer-Encoding: chunked;q=1',
  'Transfer-Encoding:\tchunked\r\nContent-Length: 0', 'Transfer-Encoding: chunked \r\nContent-Length: 0', 'Transfer-Encoding : chunked\r\nContent-Length: 0',
  'Transfer_Encoding: chunked\r\nContent-Length: 0\r\nContent-Length: 38', 'X: y\nTransfer-Encoding: chunked\r\nContent-Length: 0', 'X: y\rContent-Length: 38\r\nContent-Length: 0',
  'Content-Length: 0\r\n Content-Length: 38', 'Content-Length: \x0b0', 'Content-Length: 0\x0b', 'Content-Length: 00000000000000000000038x', 'Content-Length: 3８',
]

// biome-ignore format: a list to look through
const CHUNKS = [
  'x\r\n{}\r\n0\r\n\r\n', '-2\r\n{}\r\n0\r\n\r\n', '0x2\r\n{}\r\n0\r\n\r\n', '+2\r\n{}\r\n0\r\n\r\n', '2 2\r\n{}\r\n0\r\n\r\n', ' 2\r\n{}\r\n0\r\n\r\n',
  'ffffffffffffffffff\r\n{}\r\n', '10000000000000000\r\n{}\r\n', '2\r\n{}xx0\r\n\r\n', '2\n{}\n0\n\n', '2\r{}\r0\r\r', '\r\n', 'g\r\n',
  '2\r\n{}\r\nx\r\n\r\n', '2;\0\r\n{}\r\n0\r\n\r\n', '1\r\n{}\r\n0\r\n\r\n', '2\r\n{}\r\n0\r\nContent-Length : 5\r\n\r\n', '2\r\n{}\r\n0\r\n\0: a\r\n\r\n', '２\r\n{}\r\n0\r\n\r\n',
]

// biome-ignore format: a list to look through
const TARGETS = [
  '/%zz', '/%', '/%0', '/%00', '/%2', '/%u0041', '/%c0%af', '/%ff', '/%ed%a0%80', '/../health', '/..%2fhealth', '/%2e%2e/etc/passwd', '//health', '///', '/./health',
  '/health/..', '/health%2f', '/health;x=1', '/health?', '/health?%zz', '/health?a=%00', '/health?%00', '/health#x', '/\\', '/health\\', 'http://x/health', 'http://evil.example/health',
  'http://127.0.0.1:1/', 'https://x/health', 'ftp://x/health', '*', '/*', `/${'a/'.repeat(3_000)}`, `/api/events/${'1'.repeat(300)}`, `/health?${'a=b&'.repeat(2_000)}`,
  '/api/events/1%00', '/api/events/%2e', '/api/events/1%2f..', '/constructor', '/__proto__', '/api/__proto__', '/api/events/__proto__', '/docs/static/../../package.json',
  '/docs/static/%2e%2e%2f%2e%2e%2fpackage.json', '/docs/..%5c..%5cpackage.json', '/.env', '/.git/config', '/package.json', '/docs/static//etc/passwd',
]

const OTHER_METHODS = METHODS.filter((method) => !['GET', 'HEAD', 'CONNECT'].includes(method))

function noise(seed: number): Buffer[] {
  const bytes = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 400 }), { seed, numRuns: 60 })
  return bytes.map((each) => Buffer.concat([each, Buffer.from('\r\n\r\n')]))
}

/** Empty lines before a request are skipped (RFC 9112 §2.2): nothing has been asked yet, so nothing is answered. */
const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 0x0d || byte === 0x0a)

/** A good request with one byte of its head replaced. */
function bent(seed: number): Buffer[] {
  const good = Buffer.from(`${GET}Accept: */*\r\nConnection: close\r\n\r\n`)
  const change = fc.tuple(fc.nat(good.length - 5), fc.nat(255))
  return fc.sample(change, { seed, numRuns: 40 }).map(([at, byte]) => {
    const bytes = Buffer.from(good)
    bytes[at] = byte
    return bytes
  })
}
