import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'
import { runAs } from '#shared/telemetry/request-context.ts'
import type { HostFinder } from './high-availability/host-finder.ts'
import { beginStatementSpan } from './statement-span.ts'

/**
 * A pool for Kysely that prepares statements with parameters once for each connection: planning a large one costs more than
 * running it. A connection whose server has stopped answering is destroyed and refuses further statements, so that a lost
 * server costs a request one timeout and not two.
 */
export function preparedPool(pool: pg.Pool, hosts?: HostFinder): PostgresPool {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      // A connection outlives the request that opens it, so it must not keep its context.
      const client = await runAs(undefined, () => (hosts ? connectToWanted(pool, hosts) : pool.connect()))
      const known = wrapped.get(client) ?? wrap(client, hosts)
      wrapped.set(client, known)
      return known
    },
  }
}

/** Destroys connections to hosts that have lost their role. */
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
  const query = async (text: string, values: unknown[]) => {
    if (isStuck) throw new Error(READ_TIMEOUT)
    const span = beginStatementSpan(text)
    try {
      if (values.length === 0) return await client.query(text)
      const name = nameOf(text)
      return await client.query({ ...(name && { name }), text, values })
    } catch (error) {
      isStuck = messageOf(error) === READ_TIMEOUT
      isReadOnly ||= codeOf(error) === READ_ONLY
      if (isStuck || isReadOnly) hosts?.distrust(client)
      span?.fail(error)
      throw error
    } finally {
      span?.end()
    }
  }
  return {
    // Kysely's type also has an overload for cursors, which are not used.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || isStuck || isReadOnly),
  }
}

/** Message of `pg` when `query_timeout` is over. */
const READ_TIMEOUT = 'Query read timeout'
/** SQLSTATE of a write to a standby. */
const READ_ONLY = '25006'

const names = new Map<string, string>()
const NAMES_MAX = 3_000
const TEXT_MAX_CHARS = 8 * 1024

/**
 * Statement texts are few, because values are parameters. Only inserts of many rows differ by their number of rows; these are
 * long and are not prepared, since each connection and its server would keep every variant.
 */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known) return known
  if (text.length > TEXT_MAX_CHARS || names.size >= NAMES_MAX) return undefined
  const name = `s${names.size}`
  names.set(text, name)
  return name
}
