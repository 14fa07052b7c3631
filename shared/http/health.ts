import { type Kysely, sql } from 'kysely'

const ANSWER_MAX_MS = 3_000

/** Whether the database answers a statement within three seconds. */
export async function isDatabaseConnected<T>(db: Pick<Kysely<T>, 'getExecutor'>): Promise<boolean> {
  const answer = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )
  const { promise: timeout, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, ANSWER_MAX_MS, false)
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
