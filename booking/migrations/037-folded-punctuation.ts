import { type Kysely, sql } from 'kysely'
import { applyFunction } from '#shared/db/function-files.ts'

/** What `fold_text` folds since this migration. */
const PUNCTUATION = '[‐-―−“”„‟«»‹›‚‛•‣、。「」『』【】《》〈〉]'

/** Only the texts that have some are written again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await applyFunction(db, import.meta.dirname, 'fold_text')
  await sql`
    update users set first_name = first_name
    where concat_ws(' ', first_name, last_name, email, phone) ~ ${PUNCTUATION}`.execute(db)
  // The trigger `events_search_text` computes the column.
  await sql`
    update events set title = title from facilitators
    where facilitators.id = facilitator_id
      and concat_ws(' ', title, description, location, first_name, last_name) ~ ${PUNCTUATION}`.execute(db)
}
