/** Health check of a container: exits with 0 when one of the two services answers here. A container runs only one of them. */
const ANSWER_MAX_MS = 4_000

const { API_PORT, CRM_PORT } = process.env
const answers = await Promise.all([API_PORT || '8000', CRM_PORT || '8003'].map(isHealthy))
process.exit(answers.includes(true) ? 0 : 1)

async function isHealthy(port: string): Promise<boolean> {
  const signal = AbortSignal.timeout(ANSWER_MAX_MS)
  return fetch(`http://127.0.0.1:${port}/health`, { signal }).then(
    ({ ok }) => ok,
    () => false,
  )
}
