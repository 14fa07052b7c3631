import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import { MAIL_PREFERENCES, type MailPreferences } from '#booking/database/mail-preference.table.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { differences } from '#shared/lib/edits.ts'
import * as mailPreferenceStore from './mail-preference.store.ts'

export type MailPreferenceDeps = { db: Db; clock: Clock }

/** `actor_id` null: somebody who has the link of a mail. Closed accounts stay as they are. Returns what holds now. */
export function changePreferences(
  { db, clock }: MailPreferenceDeps,
  { user_id, actor_id }: { user_id: number; actor_id: number | null },
  wanted: Partial<MailPreferences>,
): Promise<MailPreferences> {
  return db.transaction().execute(async (trx) => {
    const user = await userStore.lock(trx, user_id)
    const before = await mailPreferenceStore.get(trx, user_id)
    // A body may have other fields besides.
    const known = Object.fromEntries(MAIL_PREFERENCES.map((name) => [name, wanted[name] ?? before[name]]))
    const changes: Partial<MailPreferences> = differences(before, known)
    if (!user?.is_active || Object.keys(changes).length === 0) return before
    await mailPreferenceStore.set(trx, user_id, changes)
    await auditLog.record(trx, {
      at: clock.now(),
      actor_id,
      action: 'user.mail_preferences_changed',
      subject: 'user',
      subject_id: user_id,
      details: { ...changes, ...(actor_id === null && { by_link: true }) },
    })
    return { ...before, ...changes }
  })
}
