import { join } from 'node:path'
import type pg from 'pg'
import { openClient } from '#shared/db/database-client.ts'
import { parseDatabaseUrl } from '#shared/db/database-url.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'

/** Where the Main database is: at `databaseUrl`, or the one that the Main API runs in `dataDir`. */
export type MainPlace = { dataDir: string; databaseUrl?: string }

/** For a database that is opened beside the services. */
export const QUIET = { info() {}, warn() {} }

/** A PostgreSQL that a service runs in `dataDir`, joined for a moment, or started when nobody else has. */
export const joinEmbedded = (dataDir: string, database: string) =>
  startEmbeddedPostgres({ dataDir, database, log: QUIET })

/** The rows that the Main database itself gives. */
export function queryMain<Row>(place: MainPlace, text: string): Promise<Row[]> {
  return withMainDatabase(place, async (client) => (await client.query(text)).rows as Row[])
}

/** The first row; throws when there is none. */
export async function queryOne<Row>(place: MainPlace, text: string): Promise<Row> {
  const [row] = await queryMain<Row>(place, text)
  if (!row) throw new Error(`There is no row: ${text}`)
  return row
}

/** Locks an event as another transaction would: bookings of it wait until the returned function is called. */
export async function holdEvent(place: MainPlace, id: number): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const holding = withMainDatabase(place, async (client) => {
    await client.query('begin')
    await client.query('select from events where id = $1 for update', [id])
    held.resolve()
    await released.promise
    await client.query('rollback')
  })
  await Promise.race([held.promise, holding])
  return () => {
    released.resolve()
    return holding
  }
}

async function withMainDatabase<T>(
  { dataDir, databaseUrl }: MainPlace,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  if (databaseUrl) return withDatabase(databaseUrl, work)
  const postgres = await joinEmbedded(join(dataDir, 'booking'), 'booking')
  try {
    return await withDatabase(postgres.url, work)
  } finally {
    await postgres.stop()
  }
}

async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openClient(parseDatabaseUrl(url), { connectMaxMs: 5_000 }, QUIET)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
