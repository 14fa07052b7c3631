import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { runAs } from '#shared/telemetry/request-context.ts'
import type { HostFinder } from './high-availability/host-finder.ts'
import { beginStatementSpan } from './statement-span.ts'

/**
 * A pool as Kysely needs it. Statements with parameters are prepared once a connection: planning a large one
 * costs more than running it. A connection whose server has stopped answering is thrown away, and nothing more
 * is asked of it, so that one lost server costs a request one timeout and not two.
 */
export function preparedPool(pool: pg.Pool, hosts?: HostFinder): PostgresPool {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      // A connection outlives the request that opens it, and breaks in nobody's name.
      const client = await runAs(undefined, () => (hosts ? connectToWanted(pool, hosts) : pool.connect()))
      const known = wrapped.get(client) ?? wrap(client, hosts)
      wrapped.set(client, known)
      return known
    },
  }
}

/** Connections to a host that has lost its role are thrown away, however well they are. */
async function connectToWanted(pool: pg.Pool, hosts: HostFinder): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect()
    const wanted = await hosts.find().catch((error) => {
      client.release(true)
      throw error
    })
    if (client.host === wanted.host && client.port === wanted.port) return client
    client.release(true)
  }
}

function wrap(client: pg.PoolClient, hosts?: HostFinder): PostgresPoolClient {
  let isStuck = false
  let isReadOnly = false
  const ask = async (text: string, values: readonly unknown[]) => {
    if (isStuck) throw new Error(READ_TIMEOUT)
    const span = beginStatementSpan(text)
    try {
      if (values.length === 0) return await client.query(text)
      const name = nameOf(text)
      return await client.query({ ...(name && { name }), text, values: values as unknown[] })
    } catch (error) {
      isStuck = (error as Error).message === READ_TIMEOUT
      isReadOnly ||= (error as { code?: unknown }).code === READ_ONLY
      if (isStuck || isReadOnly) hosts?.distrust(client)
      span?.fail(error)
      throw error
    } finally {
      span?.end()
    }
  }
  return {
    query: ask as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || isStuck || isReadOnly),
  }
}

/** What `pg` says when `query_timeout` is over. */
const READ_TIMEOUT = 'Query read timeout'
/** What a server says that has been made a standby meanwhile. */
const READ_ONLY = '25006'

const names = new Map<string, string>()
const NAMES_MAX = 3_000
const TEXT_MAX_CHARS = 8 * 1024

/**
 * Texts are few: they come from the stores, and values are never part of them. Only how many rows are written may be, and
 * each length is a text of its own, which every connection and its server would keep: the long ones are not prepared.
 */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known) return known
  if (text.length > TEXT_MAX_CHARS || names.size >= NAMES_MAX) return undefined
  const name = `s${names.size}`
  names.set(text, name)
  return name
}
