import { type RawBuilder, sql } from 'kysely'

/** `fullName` in SQL, of a joined table of people; null where the join has found nobody. */
export function fullNameOf<T extends string | null = string>(table: string): RawBuilder<T> {
  return sql<T>`rtrim(${sql.ref(`${table}.first_name`)} || ' ' || ${sql.ref(`${table}.last_name`)})`
}

/** By what people are sorted: the last name, or the only one. In the collation of the columns. */
export const SORT_NAME = sql<string>`coalesce(nullif(users.last_name, ''), users.first_name)`
