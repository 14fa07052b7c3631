import * as calendarTokenStore from '#booking/calendars/calendar-token.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as mailPreferenceStore from '#booking/mail/preferences/mail-preference.store.ts'
import * as waitlistStore from '#booking/waitlist/waitlist.store.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { collectSooner } from '#shared/lib/v8-memory.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { AccountExport } from './export.schema.ts'
import * as exportStore from './export.store.ts'
import { getCurrent, type OwnerDeps, toFacts } from './owner.service.ts'

export type ExportDeps = OwnerDeps & { clock: Clock; db: Db }

const EVERYTHING = { limit: 100_000, offset: 0 }

/** Returns all data about the caller, read in one snapshot. */
export async function exportAccount(deps: ExportDeps, caller: UserRow): Promise<AccountExport> {
  const user = await getCurrent(deps, caller)
  const { id } = user
  collectSooner()
  return deps.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const openedAt = await calendarTokenStore.findOpen(trx, id)
      const facilitator = await facilitatorStore.findByUser(trx, id)
      const { entries } = await waitlistStore.listOwn(trx, { user_id: id }, EVERYTHING)
      return {
        exported_at: toWireTime(deps.clock.now()),
        profile: userStore.toUser(user),
        account: toFacts(user),
        facilitator: facilitator ?? null,
        bookings: await exportStore.listBookings(trx, id),
        waitlist: entries,
        sessions_ended: await exportStore.listEndedSessions(trx, id),
        sessions: await exportStore.listSessions(trx, id),
        calendar_opened_at: openedAt ? toWireTime(openedAt) : null,
        mail_preferences: await mailPreferenceStore.get(trx, id),
        mails: await exportStore.listMails(trx, id),
        messages: await exportStore.listMessages(trx, id),
        notices_seen: await exportStore.listSeenNotices(trx, id),
        activity: await exportStore.listActivity(trx, id),
      }
    })
}
