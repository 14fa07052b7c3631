import { hash, verify } from '@node-rs/argon2'

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const CONCURRENT_MAX = 4

/** Unicode forms of one text count as one password. */
const normalise = (password: string) => password.normalize('NFKC')

export function hashPassword(password: string): Promise<string> {
  return limit(() => hash(normalise(password), COST))
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
  const matches = await limit(() => verify(against, normalise(password)))
  return matches && passwordHash != null
}

let decoy: Promise<string> | undefined

/** Hashing is heavy on purpose: more at once would only starve the requests that need no hash. */
let running = 0
const waiting: (() => void)[] = []

async function limit<T>(work: () => Promise<T>): Promise<T> {
  if (running >= CONCURRENT_MAX) await new Promise<void>((resolve) => waiting.push(resolve))
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}
