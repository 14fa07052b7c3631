const PERSON = {
  email: 'crowd@example.com',
  password: 'an unheard-of phrase',
  first_name: 'C',
  last_name: 'C',
}

/** Logs one person in so many times at once, and asks for /health as long as that takes. */
export async function logInAtOnce(
  url: string,
  count: number,
): Promise<{ statuses: number[]; waits: number[] }> {
  const post = (path: string) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(PERSON),
    })
  await post('/api/auth/register')
  let isOver = false
  const logins = Promise.all(Array.from({ length: count }, () => post('/api/auth/login'))).finally(() => {
    isOver = true
  })
  const waits: number[] = []
  while (!isOver) {
    const startedAt = performance.now()
    const { ok } = await fetch(`${url}/health`)
    waits.push(ok ? performance.now() - startedAt : Infinity)
  }
  return { statuses: (await logins).map(({ status }) => status), waits }
}
