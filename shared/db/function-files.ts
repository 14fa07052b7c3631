import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'

type FunctionFile = { name: string; text: string; hash: string }

/**
 * Runs the files of `<migrations>/functions/`, each one `create or replace function …`, whose text is not the one that was
 * last applied; with `areAllDue`, all of them. Call it in the transaction that holds the migration lock. Returns the names of
 * those that were applied, as `functions/name.sql`. Throws a sentence that names the file that failed.
 */
export async function applyFunctions(
  trx: Kysely<unknown>,
  migrations: string,
  { areAllDue }: { areAllDue: boolean },
): Promise<string[]> {
  const [files, applied] = [await readFunctions(migrations), await readApplied(trx)]
  const due = files.filter(({ name, hash }) => areAllDue || applied.get(name) !== hash)
  for (const { name, text, hash } of due) {
    await sql
      .raw(text)
      .execute(trx)
      .catch((cause) => {
        throw new Error(`${join(migrations, name)} failed; nothing of it was kept.`, { cause })
      })
    await sql`
      insert into kysely_functions (name, hash) values (${name}, ${hash})
      on conflict (name) do update set hash = excluded.hash`.execute(trx)
  }
  return due.map(({ name }) => name)
}

/** Applies one of them early, for a migration that computes columns with it. */
export async function applyFunction(db: Kysely<unknown>, migrations: string, name: string): Promise<void> {
  await sql.raw(await readFile(join(migrations, 'functions', `${name}.sql`), 'utf8')).execute(db)
}

export async function hasTable(trx: Kysely<unknown>, name: string): Promise<boolean> {
  const { rows } = await sql`select where to_regclass(${name}) is not null`.execute(trx)
  return rows.length > 0
}

async function readFunctions(migrations: string): Promise<FunctionFile[]> {
  const paths = await readdir(migrations, { recursive: true })
  const names = paths.filter((path) => path.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(migrations, name), 'utf8')
      return { name, text, hash: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/** The hashes of what was last applied. The table is named like Kysely's own, which `move-data` of older versions leaves out. */
async function readApplied(trx: Kysely<unknown>): Promise<Map<string, string>> {
  if (!(await hasTable(trx, 'kysely_functions')))
    await sql`create table kysely_functions (name text primary key, hash text not null)`.execute(trx)
  const { rows } = await sql<FunctionFile>`select name, hash from kysely_functions`.execute(trx)
  return new Map(rows.map(({ name, hash }) => [name, hash]))
}
