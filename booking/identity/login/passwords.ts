import { hash, verify } from '@node-rs/argon2'
import { normalise } from './password-rules.ts'
import { createTurns } from './semaphore.ts'

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashing is heavy on purpose: more at once would only starve the requests that need no hash. */
const HASHING_MAX = 4
const WAITING_MAX = 500
const inTurn = createTurns(HASHING_MAX, WAITING_MAX)

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalise(password), COST))
}

/**
 * Whether the password is the one behind `passwordHash`. Takes the same time when there is no hash
 * (unknown account, Google-only account), so that timing tells nothing.
 */
export async function verifyPassword(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  decoy ??= hash('nobody has this password', COST)
  const against = passwordHash ?? (await decoy)
  const matches = await inTurn(() => verify(against, normalise(password)))
  return matches && passwordHash != null
}

let decoy: Promise<string> | undefined
