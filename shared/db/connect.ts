import { Kysely, type PostgresPool } from 'kysely'
import pg from 'pg'
import { type ClientLog, clientClass, clientConfig, hostFinder } from './database-client.ts'
import { type DatabaseRole, parseDatabaseUrl } from './database-url.ts'
import { StillpointDialect } from './migration-lock.ts'
import { preparedPool } from './prepared-pool.ts'

/** `connections`: the pool with prepared statements, as `db` uses it. */
export type Connection<T> = { db: Kysely<T>; pool: pg.Pool; connections: PostgresPool }

export type ConnectOptions = {
  /** May name several hosts (`database-url.ts`): the one with the role is found, also after a failover (decision 0036). */
  url: string
  role?: DatabaseRole
  poolMax?: number
  /** Without a statement timeout, for scripts that move much data. */
  hasLongStatements?: boolean
  log: ClientLog
}

/** How long a request waits for a connection, and then for the result of a statement, before it fails with 503. Both together stay below ten seconds. */
const CONNECT_MAX_MS = { primary: 3_500, replica: 1_000 }
const STATEMENT_MAX_MS = 5_000

/** Creates a pool; connections are opened when needed. `numeric` and `int8` columns are returned as numbers. Throws for an invalid URL. */
export function connect<T>(options: ConnectOptions): Connection<T> {
  const { url, role = 'primary', poolMax = 10, hasLongStatements = false, log } = options
  const database = parseDatabaseUrl(url, role)
  const hosts = hostFinder(database, log)
  const limits = {
    connectMaxMs: CONNECT_MAX_MS[role],
    idleMaxMs: 2 * STATEMENT_MAX_MS,
    ...(!hasLongStatements && { statementMaxMs: STATEMENT_MAX_MS }),
  }
  const pool = new pg.Pool({
    ...clientConfig(database, limits),
    Client: clientClass(database, hosts),
    max: poolMax,
    idleTimeoutMillis: 10_000,
    types: { getTypeParser },
  })
  // An `error` event without a listener ends the process. The pool listens on idle connections only; a busy one also
  // fails its statement, so the event itself needs no handling.
  pool.on('connect', (client) => client.on('error', () => {}))
  // Only the message, since the error object has the whole connection.
  pool.on('error', ({ message }) => log.warn({ reason: message }, 'database connection lost'))
  const connections = preparedPool(pool, hosts)
  return { db: new Kysely<T>({ dialect: new StillpointDialect({ pool: connections }) }), pool, connections }
}

const [INT8, NUMERIC] = [20, 1700]

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  // The overloads accept one format each, not either of them.
  oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text')
