import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { runAs } from '#shared/lib/request-context.ts'
import { beginStatementSpan } from './statement-span.ts'

/**
 * A pool as Kysely needs it. Statements with parameters are prepared once a connection: planning a large one
 * costs more than running it. A connection whose server has stopped answering is thrown away, and nothing more
 * is asked of it, so that one lost server costs a request one timeout and not two.
 */
export function preparedPool(pool: pg.Pool): PostgresPool {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      // A connection outlives the request that opens it, and breaks in nobody's name.
      const client = await runAs(undefined, () => pool.connect())
      const known = wrapped.get(client) ?? wrap(client)
      wrapped.set(client, known)
      return known
    },
  }
}

function wrap(client: pg.PoolClient): PostgresPoolClient {
  let isStuck = false
  const ask = async (text: string, values: readonly unknown[]) => {
    if (isStuck) throw new Error(READ_TIMEOUT)
    const span = beginStatementSpan(text)
    try {
      if (values.length === 0) return await client.query(text)
      return await client.query({ name: nameOf(text), text, values: values as unknown[] })
    } catch (error) {
      isStuck = (error as Error).message === READ_TIMEOUT
      span?.fail(error)
      throw error
    } finally {
      span?.end()
    }
  }
  return {
    query: ask as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || isStuck),
  }
}

/** What `pg` says when `query_timeout` is over. */
const READ_TIMEOUT = 'Query read timeout'

const names = new Map<string, string>()

/** Texts are few: they come from the stores, and values are never part of them. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known) return known
  const name = `s${names.size}`
  names.set(text, name)
  return name
}
