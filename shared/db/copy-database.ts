import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { type ClientLog, openClient } from './database-client.ts'
import { parseDatabaseUrl } from './database-url.ts'

export type CopiedTable = { table: string; rows: number }

type Table = { name: string; columns: string }
type Content = { rows: string; checksum: string }

/**
 * Copies all rows and sequences of a consistent snapshot into another database that is migrated and empty. Row counts and
 * checksums are compared before the commit. Returns the rows of each table; throws an error whose message says what to do.
 */
export async function copyDatabase(
  fromUrl: string,
  toUrl: string,
  progress: (line: string) => void,
): Promise<CopiedTable[]> {
  const [from, to] = await Promise.all([open(fromUrl), open(toUrl)])
  try {
    await requireUnused(from)
    await from.query('begin isolation level repeatable read read only')
    await to.query('begin')
    await requireSameSchema(from, to)
    const tables = await listTables(from)
    for (const table of tables) await requireEmpty(to, table)
    const copied: CopiedTable[] = []
    for (const table of tables) {
      copied.push({ table: table.name, rows: await copyTable(from, to, table) })
      progress(`${table.name}: ${copied.at(-1)?.rows} rows, equal`)
    }
    await copySequences(from, to)
    await to.query('commit')
    await to.query('analyze')
    return copied
  } finally {
    await Promise.all([from.end(), to.end()])
  }
}

async function open(url: string): Promise<pg.Client> {
  const client = await openClient(parseDatabaseUrl(url), { connectMaxMs: CONNECT_MAX_MS }, QUIET)
  await client.query('set datestyle to ISO')
  return client
}

const CONNECT_MAX_MS = 10_000
const QUIET: ClientLog = { info() {}, warn() {} }

async function requireUnused(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ others: number }>(`
    select count(*)::int as others from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
  if (rows[0]?.others) throw new Error('The database to copy from is in use: stop the service first.')
}

async function requireSameSchema(from: pg.Client, to: pg.Client): Promise<void> {
  const [old, young] = await Promise.all([from, to].map(listMigrations))
  if (JSON.stringify(old) === JSON.stringify(young)) return
  throw new Error(
    'The two databases do not have the same schema: start this version of the service once on the old one.',
  )
}

async function listMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from kysely_migration order by name')
  return rows.map(({ name }) => name)
}

/** Sorted so that each table follows those that it refers to. */
export async function listTables(client: Pick<pg.ClientBase, 'query'>): Promise<Table[]> {
  const { rows } = await client.query<Table & { refers_to: string[] }>(`
    select tables.oid::regclass::text as name,
      (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
       where attrelid = tables.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      array(select distinct confrelid::regclass::text from pg_constraint
            where conrelid = tables.oid and contype = 'f' and confrelid <> conrelid) as refers_to
    from pg_class tables
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'kysely_%' order by relname`)
  const sorted: typeof rows = []
  while (sorted.length < rows.length) {
    const next = rows.find(
      (row) =>
        !sorted.includes(row) && row.refers_to.every((name) => sorted.some((done) => done.name === name)),
    )
    if (!next)
      throw new Error('Tables refer to each other in a circle: they cannot be copied one after the other.')
    sorted.push(next)
  }
  return sorted
}

async function requireEmpty(client: pg.Client, { name }: Table): Promise<void> {
  const { rowCount } = await client.query(`select from ${name} limit 1`)
  if (rowCount)
    throw new Error(`The database to copy to is not empty: there are rows in ${name}. Choose a new one.`)
}

/** Without triggers: what they have written in the source is copied as well. */
async function copyTable(from: pg.Client, to: pg.Client, { name, columns }: Table): Promise<number> {
  await to.query(`alter table ${name} disable trigger user`)
  await pipeline(
    from.query(copyTo(`copy ${name} (${columns}) to stdout`)),
    to.query(copyFrom(`copy ${name} (${columns}) from stdin`)),
  )
  await to.query(`alter table ${name} enable trigger user`)
  const [old, young] = await Promise.all([from, to].map((client) => describe(client, name)))
  if (old?.rows !== young?.rows || old?.checksum !== young?.checksum)
    throw new Error(`${name} differs after it was copied; nothing was kept. Please report this.`)
  return Number(young?.rows)
}

/** A sum of hashes, which does not depend on the order of the rows. */
async function describe(client: pg.Client, name: string): Promise<Content | undefined> {
  const { rows } = await client.query<Content>(
    `select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as checksum from ${name} t`,
  )
  return rows[0]
}

async function copySequences(from: pg.Client, to: pg.Client): Promise<void> {
  const { rows } = await from.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`,
  )
  for (const { name } of rows) {
    const { rows: values } = await from.query(`select last_value, is_called from ${name}`)
    await to.query('select setval($1, $2, $3)', [name, values[0].last_value, values[0].is_called])
  }
}
