import { type Kysely, sql } from 'kysely'
import { applyFunction } from '#shared/db/function-files.ts'

/** What `fold_text` folds since this migration. */
const PUNCTUATION = '[‐-―−“”„‟«»‹›‚‛•‣、。「」『』【】《》〈〉]'

/** Only the texts that have some are written again: the columns of the generated one are in the statement. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await applyFunction(db, import.meta.dirname, 'fold_text')
  await sql`
    update notifications set user_name = user_name, event_title = event_title
    where concat_ws(' ', user_name, user_email, user_phone, event_title) ~ ${PUNCTUATION}`.execute(db)
}
