import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { preparedPool } from './prepared-pool.ts'

export type Connection<T> = { db: Kysely<T>; pool: pg.Pool }

export type ConnectOptions = {
  url: string
  poolMax?: number
  /** Lets statements take as long as they need, for scripts that move much data. */
  hasLongStatements?: boolean
  log: { warn(details: object, message: string): void }
}

/** How long a request may wait for a free connection, and a statement for its answer, before it fails with 503. */
const CONNECT_MAX_MS = 4_000
const STATEMENT_MAX_MS = 5_000

/** Opens a pool. `numeric` columns arrive as numbers (prices have two decimals), `int8` counts as numbers. */
export function connect<T>(options: ConnectOptions): Connection<T> {
  const { url, poolMax = 10, hasLongStatements = false, log } = options
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    connectionTimeoutMillis: CONNECT_MAX_MS,
    idleTimeoutMillis: 10_000,
    keepAlive: true,
    // The server ends what the client no longer waits for, a little earlier, so that its word comes first.
    ...(!hasLongStatements && { query_timeout: STATEMENT_MAX_MS, statement_timeout: STATEMENT_MAX_MS - 500 }),
    idle_in_transaction_session_timeout: 2 * STATEMENT_MAX_MS,
    options: '-c timezone=UTC',
    types: { getTypeParser },
  })
  // Without listeners a connection that breaks would end the process: the pool listens while it is idle, and one
  // that breaks in the middle of a statement fails that statement and says so a second time here.
  pool.on('connect', (client) => client.on('error', () => {}))
  // Only its message: the error carries the whole connection.
  pool.on('error', ({ message }) => log.warn({ reason: message }, 'database connection lost'))
  return { db: new Kysely<T>({ dialect: new PostgresDialect({ pool: preparedPool(pool) }) }), pool }
}

const [INT8, NUMERIC] = [20, 1700]

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text')
