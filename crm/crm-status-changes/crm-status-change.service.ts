import type { Db } from '#crm/database/database.ts'
import type { UnsavedChanges } from '#crm/intake/unsaved-changes.ts'
import * as notificationStore from '#crm/notifications/notification.store.ts'
import { CRM_STATUSES } from '#shared/contracts/crm-notification.schema.ts'
import type { CrmStatusUpdate, UpdateCrmStatus } from '#shared/contracts/crm-status-change.schema.ts'
import { invalidFields, notFound } from '#shared/errors/app-error.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { type PageRequest, toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import * as crmStatusChangeStore from './crm-status-change.store.ts'

export type CrmStatusChangeDeps = { clock: Clock; db: Db; unsavedChanges: UnsavedChanges }

const crmStatusMissing = () => invalidFields([{ field: 'crm_status', message: 'must not be empty' }])

/** Changes the CRM status of a booking and records the change. Throws 400 for an unknown status, 404 for an unknown booking. */
export async function updateCrmStatus(
  deps: CrmStatusChangeDeps,
  booking_id: number,
  input: UpdateCrmStatus,
): Promise<CrmStatusUpdate> {
  const new_status = readChoice('crm_status', input.crm_status, CRM_STATUSES)
  if (!new_status) throw crmStatusMissing()
  const notes = input.notes?.trim() || null
  const author = input.author?.trim() || null
  const changed_at = deps.clock.now()
  const old_status = await deps.db.transaction().execute(async (trx) => {
    const booking = await notificationStore.lock(trx, booking_id)
    if (!booking) throw notFound('booking')
    const { crm_status: old_status } = booking
    await notificationStore.updateCrmStatus(trx, booking_id, new_status)
    await crmStatusChangeStore.insert(trx, { booking_id, old_status, new_status, notes, author, changed_at })
    return old_status
  })
  deps.unsavedChanges.mark()
  return { booking_id, old_status, new_status, updated_at: toWireTime(changed_at) }
}

/** One page of the changes of the CRM status, newest first. Throws 404 for an unknown booking. */
export async function listHistory({ db }: CrmStatusChangeDeps, booking_id: number, request: PageRequest) {
  const { changes, total } = await crmStatusChangeStore.list(db, booking_id, toSlice(request))
  if (total === 0) await notificationStore.get(db, booking_id)
  return { booking_id, history: changes, pagination: toPagination(request, total) }
}
