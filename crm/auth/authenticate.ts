import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { CrmConfig } from '#crm/config.ts'
import { type AppError, tooManyRequests, unauthorized } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { bearerToken } from '#shared/http/requests/bearer-token.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { addressBlocks } from '#shared/lib/address-blocks.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { isRecord } from '#shared/lib/record.ts'
import { createTokenBuckets } from '#shared/lib/token-buckets.ts'

export type AuthenticateDeps = {
  config: Pick<CrmConfig, 'authRateLimit' | 'bearerToken' | 'previousBearerToken'>
  clock: Clock
}

const notAllowed = () =>
  unauthorized('invalid_token', 'The bearer token is missing or wrong: send the CRM token.')

const tooManyGuesses = (seconds: number) =>
  tooManyRequests(
    seconds,
    `Too many wrong tokens came from your address: check the CRM token, wait ${seconds} s and try again.`,
  )

const GUESSES_PER_MINUTE = 60

/**
 * Every route added to `app` afterwards requires the CRM's bearer token, the current or the previous one. Throws 401, or 429 after
 * 60 wrong tokens a minute from an address.
 */
export function requireBearer(app: App, deps: AuthenticateDeps): void {
  const { config } = deps
  const guessedTooOften = createGuessCounter(deps)
  const accepted = [config.bearerToken, config.previousBearerToken]
    .filter((token) => token !== undefined)
    .map(digest)
  app.addHook('onRoute', (route) => {
    const own = route.schema?.response
    const response = { ...errorResponses(429), ...(isRecord(own) && own) }
    route.schema = { ...route.schema, security: [{ bearer: [] }], response }
  })
  app.addHook('onRequest', async (request: FastifyRequest) => {
    const token = bearerToken(request.raw)
    const given = digest(token ?? '')
    // A correct token is accepted before the limit is checked: the Main API may share its address with a guesser.
    if (accepted.some((each) => timingSafeEqual(each, given))) return
    throw (token !== undefined && guessedTooOften(request.ip)) || notAllowed()
  })
}

/** Counts wrong tokens by address, in the memory of this process. */
function createGuessCounter({ config, clock }: AuthenticateDeps) {
  const guesses = createTokenBuckets(config.authRateLimit ? GUESSES_PER_MINUTE : 0, clock)
  return (ip: string): AppError | undefined => {
    const waits = addressBlocks(ip).map(({ block, times }) => guesses.take(block, times))
    const seconds = Math.max(...waits)
    return seconds > 0 ? tooManyGuesses(seconds) : undefined
  }
}

/** `timingSafeEqual` requires equal lengths; digests also hide the length of the token. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
