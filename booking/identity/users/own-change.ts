import type { NewAuditEntry } from '#booking/database/audit-log.table.ts'
import type { Clock } from '#shared/lib/clock.ts'

/** Returns the audit entry of a change that a user makes to their own account. */
export function ownChange(
  { clock }: { clock: Clock },
  id: number,
  action: `user.${string}`,
  details: Record<string, unknown> = {},
): NewAuditEntry {
  return { at: clock.now(), actor_id: id, action, subject: 'user', subject_id: id, details }
}
