import pg from 'pg'
import type { Address, DatabaseUrl } from './database-url.ts'
import { createHostFinder, type HostFinder, type HostState } from './high-availability/host-finder.ts'

export type ClientLog = {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

type Limits = {
  connectMaxMs: number
  /** Unset: as long as it takes. */
  statementMaxMs?: number
  /** How long a transaction may wait for its next statement. Unset: for ever. */
  idleMaxMs?: number
}

/** Any host of several has to say within this time what it is: a silent one must not hold up the others. */
const ASK_MAX_MS = 1_000

/** What `pg` needs to connect to the first host. `UTC` is the session's time zone, whatever the server's is. */
export function clientConfig(
  { addresses, isPooled }: Pick<DatabaseUrl, 'addresses' | 'isPooled'>,
  { connectMaxMs, statementMaxMs, idleMaxMs }: Limits,
) {
  return {
    connectionString: addresses[0].connectionString,
    connectionTimeoutMillis: connectMaxMs,
    keepAlive: true,
    ...(statementMaxMs && { query_timeout: statementMaxMs }),
    // A pooler refuses to start a session with these.
    ...(!isPooled && {
      // The server ends what the client no longer waits for, a little earlier, so that its word comes first.
      ...(statementMaxMs && { statement_timeout: statementMaxMs - 500 }),
      ...(idleMaxMs && { idle_in_transaction_session_timeout: idleMaxMs }),
      options: '-c timezone=UTC',
    }),
  } satisfies pg.ClientConfig
}

/** Undefined when the URL names one host: then there is nothing to look for. */
export function hostFinder(database: DatabaseUrl, log: ClientLog): HostFinder | undefined {
  const { role, addresses } = database
  if (addresses.length === 1) return undefined
  return createHostFinder({ role, addresses, log, ask: (address) => askHost(database, address) })
}

/** The kind of client that this database needs; the driver's own where that will do. */
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

    override connect(callback?: unknown): never {
      const connecting = hosts ? this.#connectTo(hosts) : (super.connect() as Promise<unknown>)
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

    /** `pg` asks this what to open a session with. Poolers know the time zone, and keep it for each of their clients. */
    getStartupConf(): Record<string, string> {
      const settings = (pg.Client.prototype as unknown as DatabaseClient).getStartupConf.call(this)
      return isPooled ? { ...settings, TimeZone: 'UTC' } : settings
    }
  } as unknown as typeof pg.Client
}

/** One connection of its own, to the host that has the role. */
export async function openClient(database: DatabaseUrl, limits: Limits, log: ClientLog): Promise<pg.Client> {
  const Client = clientClass(database, hostFinder(database, log))
  const client = new Client(clientConfig(database, limits))
  // A connection that breaks fails its statement; without a listener it would end the process as well.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function askHost(database: DatabaseUrl, address: Address): Promise<HostState> {
  const alone = { ...database, addresses: [address] as [Address] }
  const Client = clientClass(alone, undefined)
  const client = new Client(clientConfig(alone, { connectMaxMs: ASK_MAX_MS, statementMaxMs: ASK_MAX_MS }))
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<HostState>(STATE)
    return rows[0] as HostState
  } finally {
    client.end().catch(() => {})
  }
}

const STATE = `
  select pg_is_in_recovery() as "isStandby", case when pg_is_in_recovery() then 0
    else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer end as timeline`

/** Poolers before PgBouncer 1.21 do not know in which of their connections a statement was prepared. */
function withoutNames(query: pg.Client['query']): pg.Client['query'] {
  const ask = query as (config: unknown, ...more: unknown[]) => unknown
  const unnamed = (config: unknown, ...more: unknown[]) => {
    if (typeof config !== 'object' || config === null || !('name' in config)) return ask(config, ...more)
    const { name, ...rest } = config
    return ask(rest, ...more)
  }
  return unnamed as pg.Client['query']
}
