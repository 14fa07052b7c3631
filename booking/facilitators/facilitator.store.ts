import type { Db } from '#booking/database/database.ts'
import type { FacilitatorRow, NewFacilitator } from '#booking/database/facilitator.table.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { fullName } from '#shared/lib/full-name.ts'
import type { Facilitator } from './facilitator.schema.ts'

/** Returns one page in order of id, and the total: of the active ones, or with former ones. */
export async function list(
  db: Db,
  { withFormer }: { withFormer: boolean },
  slice: Slice,
): Promise<{ facilitators: Facilitator[]; total: number }> {
  let query = db.selectFrom('facilitators')
  if (!withFormer) query = query.where('is_active', '=', true)
  const page = query.selectAll().orderBy('id').limit(slice.limit).offset(slice.offset)
  const count = query.select((select) => select.fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { facilitators: rows.map(toFacilitator), total }
}

/** Throws 404 when there is none. */
export async function get(db: Db, id: number): Promise<Facilitator> {
  const row = await db.selectFrom('facilitators').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('facilitator')
  return toFacilitator(row)
}

/** Returns undefined for one who no longer leads events, too. */
export async function findActive(db: Db, id: number): Promise<Facilitator | undefined> {
  const row = await db
    .selectFrom('facilitators')
    .selectAll()
    .where('id', '=', id)
    .where('is_active', '=', true)
    .executeTakeFirst()
  return row && toFacilitator(row)
}

export async function findByUser(db: Db, user_id: number): Promise<Facilitator | undefined> {
  const row = await db
    .selectFrom('facilitators')
    .selectAll()
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  return row && toFacilitator(row)
}

/** Locks the facilitator's account until the transaction ends. Returns false for a facilitator without an account. */
export async function hasClosedAccount(trx: Db, id: number): Promise<boolean> {
  const row = await trx
    .selectFrom('users')
    .select('is_active')
    .where('id', '=', (of) =>
      of.selectFrom('facilitators').select('user_id').where('facilitators.id', '=', id),
    )
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.is_active === false
}

export function insert(db: Db, facilitator: NewFacilitator): Promise<FacilitatorRow> {
  return db.insertInto('facilitators').values(facilitator).returningAll().executeTakeFirstOrThrow()
}

export async function update(
  trx: Db,
  id: number,
  changes: Partial<Omit<FacilitatorRow, 'id' | 'user_id'>>,
): Promise<Facilitator> {
  const row = await trx
    .updateTable('facilitators')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toFacilitator(row)
}

export function toFacilitator(row: FacilitatorRow): Facilitator {
  const { id, first_name, last_name, bio, specialization, experience_years, is_active } = row
  return { id, name: fullName(row), first_name, last_name, bio, specialization, experience_years, is_active }
}
