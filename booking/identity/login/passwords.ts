import { hash, verify } from '@node-rs/argon2'
import { normalise } from './password-rules.ts'
import { createSemaphore } from './semaphore.ts'

// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashing is expensive on purpose: more at once would starve the requests that need no hash. */
const HASHING_MAX = 4
const WAITING_MAX = 500
const withPermit = createSemaphore(HASHING_MAX, WAITING_MAX)

export function hashPassword(password: string): Promise<string> {
  return withPermit(() => hash(normalise(password), COST))
}

/**
 * Whether the password matches the hash. Takes the same time without a hash (unknown or Google-only account), so that
 * timing does not reveal which accounts exist. Throws 503 when too many wait.
 */
export async function verifyPassword(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  decoy ??= hash('nobody has this password', COST)
  const against = passwordHash ?? (await decoy)
  const matches = await withPermit(() => verify(against, normalise(password)))
  return matches && passwordHash != null
}

let decoy: Promise<string> | undefined
