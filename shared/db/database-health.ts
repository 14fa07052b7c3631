import { type Kysely, sql } from 'kysely'

const ANSWER_MAX_MS = 3_000

type AnyDb<T> = Pick<Kysely<T>, 'getExecutor'>

const asking = new WeakMap<object, Promise<boolean>>()

/** Whether the database answers within three seconds. Simultaneous calls share one statement. */
export function isDatabaseConnected<T>(db: AnyDb<T>): Promise<boolean> {
  const asked = asking.get(db) ?? ask(db).finally(() => asking.delete(db))
  asking.set(db, asked)
  return asked
}

async function ask<T>(db: AnyDb<T>): Promise<boolean> {
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
