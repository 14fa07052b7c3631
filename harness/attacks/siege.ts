const PASSWORD = 'an unheard-of phrase'
const SPELLINGS = ['victim@bücher.example', 'VICTIM@xn--bcher-kva.example', ' Victim@BU\u0308CHER.example ']
const HOME = '198.51.100.1'
const WIFI = '203.0.113.7'
const AT_ONCE = 40

type Answer = { status: number; ms: number; retryAfter: number }

/**
 * Guesses at one account from many addresses in all its spellings, and at many accounts from one address, while a person
 * who is known logs in. The service has to believe `X-Forwarded-For`.
 */
export async function besiege(url: string, guesses: number) {
  const post = async (path: string, ip: string, body: object): Promise<Answer> => {
    const startedAt = performance.now()
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
      body: JSON.stringify(body),
    })
    await response.arrayBuffer()
    const ms = performance.now() - startedAt
    return { status: response.status, ms, retryAfter: Number(response.headers.get('retry-after')) }
  }
  const logIn = (ip: string, email: string, password = PASSWORD) =>
    post('/api/auth/login', ip, { email, password })
  const [victim = ''] = SPELLINGS
  const person = { password: PASSWORD, first_name: 'V', last_name: 'V' }
  for (const email of [victim, 'regular@example.com', 'stranger@example.com'])
    await post('/api/auth/register', HOME, { ...person, email })
  await logIn(HOME, victim)
  await logIn(WIFI, 'regular@example.com')
  const startedAt = performance.now()
  const owners: Answer[] = []
  const strangers = await inParallel(guesses, async (i) => {
    if (i % 50 === 0) owners.push(await logIn(HOME, SPELLINGS[i % 3] ?? ''))
    // Every other one from another network of one /48.
    const ip = i % 2 ? `10.9.${i % 60}.1` : `2001:db8:5:${(i % 4_096).toString(16)}::1`
    return logIn(ip, SPELLINGS[i % 3] ?? '', `guess ${i}`)
  })
  const seconds = (performance.now() - startedAt) / 1_000
  const wifi = await inParallel(220, (i) => logIn(WIFI, `somebody-${i}@example.com`))
  return {
    seconds,
    tried: strangers.filter(({ status }) => status === 401).length,
    refusals: [...strangers, ...wifi].filter(({ status }) => status === 429),
    others: strangers.filter(({ status }) => status !== 401 && status !== 429).length,
    owners,
    regular: (await logIn(WIFI, 'regular@example.com')).status,
    stranger: (await logIn(WIFI, 'stranger@example.com')).status,
  }
}

async function inParallel(count: number, work: (i: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const worker = async () => {
    while (next < count) answers.push(await work(next++))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}
