import { Kysely, type PostgresPool } from 'kysely'
import pg from 'pg'
import { type ClientLog, clientClass, clientConfig, hostFinder } from './database-client.ts'
import { type DatabaseRole, parseDatabaseUrl } from './database-url.ts'
import { StillpointDialect } from './migration-lock.ts'
import { preparedPool } from './prepared-pool.ts'

/** `connections` is the pool as Kysely needs it. */
export type Connection<T> = { db: Kysely<T>; pool: pg.Pool; connections: PostgresPool }

export type ConnectOptions = {
  /** May name several hosts (`database-url.ts`): the one with the role is found, also after it has changed. */
  url: string
  role?: DatabaseRole
  poolMax?: number
  /** Lets statements take as long as they need, for scripts that move much data. */
  hasLongStatements?: boolean
  log: ClientLog
}

/** How long a request may wait for a free connection, and a statement for its answer, before it fails with 503. */
const CONNECT_MAX_MS = { primary: 4_000, replica: 1_000 }
const STATEMENT_MAX_MS = 5_000

/** Opens a pool. `numeric` columns arrive as numbers (prices have two decimals), `int8` counts as numbers. */
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
  // Without listeners a connection that breaks would end the process: the pool listens while it is idle, and one
  // that breaks in the middle of a statement fails that statement and says so a second time here.
  pool.on('connect', (client) => client.on('error', () => {}))
  // Only its message: the error carries the whole connection.
  pool.on('error', ({ message }) => log.warn({ reason: message }, 'database connection lost'))
  const connections = preparedPool(pool, hosts)
  return { db: new Kysely<T>({ dialect: new StillpointDialect({ pool: connections }) }), pool, connections }
}

const [INT8, NUMERIC] = [20, 1700]

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text')
