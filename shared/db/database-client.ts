import pg from 'pg'
import type { Address, DatabaseUrl } from './database-url.ts'
import { createHostFinder, type HostFinder, type HostState } from './high-availability/host-finder.ts'
import { oneRow } from './one-row.ts'

export type ClientLog = {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

type Limits = {
  connectMaxMs: number
  /** Unset: no limit. */
  statementMaxMs?: number
  /** How long a transaction may be idle. Unset: no limit. */
  idleMaxMs?: number
}

/** Timeout for asking one of several hosts for its role. */
const PROBE_MAX_MS = 1_000

/** The configuration of `pg` for the first host. Sessions run in UTC. */
export function clientConfig(
  { addresses, isPooled }: Pick<DatabaseUrl, 'addresses' | 'isPooled'>,
  { connectMaxMs, statementMaxMs, idleMaxMs }: Limits,
) {
  return {
    connectionString: addresses[0].connectionString,
    connectionTimeoutMillis: connectMaxMs,
    keepAlive: true,
    ...(statementMaxMs && { query_timeout: statementMaxMs }),
    // A pooler refuses these startup parameters.
    ...(!isPooled && {
      // Shorter than the client's timeout, so that the server's error arrives first.
      ...(statementMaxMs && { statement_timeout: statementMaxMs - 500 }),
      ...(idleMaxMs && { idle_in_transaction_session_timeout: idleMaxMs }),
      options: '-c timezone=UTC',
    }),
  } satisfies pg.ClientConfig
}

/** Undefined when the URL names a single host. */
export function hostFinder(database: DatabaseUrl, log: ClientLog): HostFinder | undefined {
  const { role, addresses } = database
  if (addresses.length === 1) return undefined
  return createHostFinder({ role, addresses, log, probe: (address) => probeHost(database, address) })
}

/** The client class for this database: the driver's own, unless there are several hosts or a pooler. */
export function clientClass(
  { isPooled, preparesStatements }: Pick<DatabaseUrl, 'isPooled' | 'preparesStatements'>,
  hosts: HostFinder | undefined,
): typeof pg.Client {
  if (!hosts && !isPooled && preparesStatements) return pg.Client
  return class DatabaseClient extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config)
      if (!preparesStatements) this.query = withoutNames(this.query.bind(this))
      this.on('error', () => hosts?.distrust(this))
    }

    // `never` fits both overloads of the driver, which return a promise or call back.
    override connect(callback?: unknown): never {
      const connecting = hosts ? this.#connectTo(hosts) : super.connect()
      if (typeof callback !== 'function') return connecting as never
      return connecting.then(
        () => callback(null, this),
        (error) => callback(error),
      ) as never
    }

    async #connectTo(hosts: HostFinder): Promise<void> {
      const { host, port } = await hosts.find()
      this.host = host
      this.port = port
      await super.connect().catch((error) => {
        hosts.distrust(this)
        throw error
      })
    }

    /** The startup parameters of a session. Poolers accept a time zone and keep it for each client. */
    getStartupConf(): Record<string, string> {
      // The driver's types leave this method out.
      const settings = (pg.Client.prototype as unknown as DatabaseClient).getStartupConf.call(this)
      return isPooled ? { ...settings, TimeZone: 'UTC' } : settings
    }
    // The overloads of `connect` are not those of the driver.
  } as unknown as typeof pg.Client
}

/** Opens a connection outside of any pool, to the host that has the role. */
export async function openClient(database: DatabaseUrl, limits: Limits, log: ClientLog): Promise<pg.Client> {
  const Client = clientClass(database, hostFinder(database, log))
  const client = new Client(clientConfig(database, limits))
  // An `error` event without a listener ends the process; the statement fails anyway.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function probeHost(database: DatabaseUrl, address: Address): Promise<HostState> {
  const alone: DatabaseUrl = { ...database, addresses: [address] }
  const Client = clientClass(alone, undefined)
  const client = new Client(clientConfig(alone, { connectMaxMs: PROBE_MAX_MS, statementMaxMs: PROBE_MAX_MS }))
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<HostState>(STATE)
    return oneRow(rows)
  } finally {
    client.end().catch(() => {})
  }
}

const STATE = `
  select pg_is_in_recovery() as "isStandby", case when pg_is_in_recovery() then 0
    else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer end as timeline`

/** Removes the names of prepared statements: PgBouncer before 1.21 does not track them across its connections. */
function withoutNames(query: pg.Client['query']): pg.Client['query'] {
  // Two casts, because the wrapper passes any of the driver's overloads through.
  const ask = query as (config: unknown, ...more: unknown[]) => unknown
  const unnamed = (config: unknown, ...more: unknown[]) => {
    if (typeof config !== 'object' || config === null || !('name' in config)) return ask(config, ...more)
    const { name, ...rest } = config
    return ask(rest, ...more)
  }
  return unnamed as pg.Client['query']
}
