import type { Pool } from 'pg'
import { createAttemptLimiter } from '#booking/identity/login/attempt-limiter.ts'
import { type Answer, createClient, inParallel } from '#harness/load/load.ts'
import { type AppError, unauthorized } from '#shared/errors/app-error.ts'

const AT_ONCE = 20
const PASSWORD = 'an unheard-of phrase'
const SPELLINGS = ['victim@bücher.example', 'VICTIM@xn--bcher-kva.example', ' Victim@BU\u0308CHER.example ']
const HOME = '198.51.100.1'
const WIFI = '203.0.113.7'

/**
 * An account is guessed at until it is closed to that address; then so many other accounts are guessed at from other
 * addresses. Says what the first one is answered afterwards, by the same instance and by one that has just started.
 */
export async function fillLimiter(
  pool: Pool,
  keys: number,
): Promise<{ before: number; after: number; restarted: number }> {
  const attempts = createAttemptLimiter(pool, true)
  const refuse = (): Promise<number> => Promise.reject(unauthorized('invalid_credentials', 'no'))
  const guess = (ip: string, account: string, by = attempts) =>
    by.login(ip, account, refuse).catch((error: AppError) => error.status)
  const guessFirst = (by = attempts) => guess('192.0.2.1', 'first@example.com', by)
  for (let i = 0; i < 10; i++) await guessFirst()
  const before = await guessFirst()
  await inParallel(Array(keys).keys(), AT_ONCE, (n) =>
    guess(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, `k${n}@example.com`),
  )
  return { before, after: await guessFirst(), restarted: await guessFirst(createAttemptLimiter(pool, true)) }
}

/** Logs one person in so many times at once, and asks for /health as long as that takes. */
export async function logInAtOnce(
  url: string,
  count: number,
): Promise<{ statuses: number[]; waits: number[] }> {
  const [client, prober] = [createClient({ connections: count }), createClient()]
  const body = { email: 'busy@example.com', password: PASSWORD, first_name: 'C', last_name: 'C' }
  const post = (path: string) => client.call('POST', url + path, { body })
  await post('/api/auth/register')
  let isOver = false
  const logins = Promise.all(Array.from({ length: count }, () => post('/api/auth/login'))).finally(() => {
    isOver = true
  })
  const waits: number[] = []
  while (!isOver) {
    const { status, ms } = await prober.call('GET', `${url}/health`)
    waits.push(status === 200 ? ms : Infinity)
  }
  const statuses = (await logins).map(({ status }) => status)
  for (const each of [client, prober]) each.close()
  return { statuses, waits }
}

/**
 * Guesses at one account from many addresses in all its spellings, and at many accounts from one address, while a person
 * who is known logs in. The service has to believe `X-Forwarded-For`.
 */
export async function guessFromEverywhere(url: string, guesses: number) {
  const client = createClient({ connections: 2 * AT_ONCE })
  const post = (path: string, ip: string, body: object): Promise<Answer> =>
    client.call('POST', url + path, { body, headers: { 'x-forwarded-for': ip } })
  const logIn = (ip: string, email: string, password = PASSWORD) =>
    post('/api/auth/login', ip, { email, password })
  const [victim = ''] = SPELLINGS
  for (const email of [victim, 'regular@example.com', 'stranger@example.com'])
    await post('/api/auth/register', HOME, { password: PASSWORD, first_name: 'V', last_name: 'V', email })
  await logIn(HOME, victim)
  await logIn(WIFI, 'regular@example.com')
  const startedAt = performance.now()
  const [owners, strangers, wifi] = [[] as Answer[], [] as Answer[], [] as Answer[]]
  await inParallel(Array(guesses).keys(), 2 * AT_ONCE, async (i) => {
    if (i % 50 === 0) owners.push(await logIn(HOME, SPELLINGS[i % 3] ?? ''))
    // Every other one from another network of one /48.
    const ip = i % 2 ? `10.9.${i % 60}.1` : `2001:db8:5:${(i % 4_096).toString(16)}::1`
    strangers.push(await logIn(ip, SPELLINGS[i % 3] ?? '', `guess ${i}`))
  })
  const seconds = (performance.now() - startedAt) / 1_000
  await inParallel(Array(220).keys(), 2 * AT_ONCE, async (i) => {
    wifi.push(await logIn(WIFI, `somebody-${i}@example.com`))
  })
  const [regular, stranger] = [
    await logIn(WIFI, 'regular@example.com'),
    await logIn(WIFI, 'stranger@example.com'),
  ]
  client.close()
  return {
    seconds,
    tried: strangers.filter(({ status }) => status === 401).length,
    refusals: [...strangers, ...wifi].filter(({ status }) => status === 429),
    others: strangers.filter(({ status }) => status !== 401 && status !== 429).length,
    owners,
    regular: regular.status,
    stranger: stranger.status,
  }
}
