import type { Static } from 'typebox'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import { requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import {
  FacilitatorBookings,
  type FacilitatorBookingsQuery,
} from '#shared/contracts/crm-facilitator.schema.ts'
import { CRM_STATUSES, OneNotification } from '#shared/contracts/crm-notification.schema.ts'
import { CrmStatusUpdated, History } from '#shared/contracts/crm-status-change.schema.ts'
import { invalidFields, notFound } from '#shared/errors/app-error.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { FILE_TYPES, type FileFormat } from '#shared/http/responses/send-table.ts'
import { type PageRequest, toSlice } from '#shared/http/schemas/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { fullName } from '#shared/lib/full-name.ts'
import {
  AnyDashboard,
  type CrmBookingParams,
  type FacilitatorDashboard,
  type UpdateCrmStatus,
} from './crm-access.schema.ts'
import { toCrmQuery } from './crm-bookings-query.ts'
import { crmLacks } from './crm-faults.ts'
import { type CrmGateway, deadline } from './crm-gateway.ts'
import * as upcomingEventStore from './upcoming-event.store.ts'

export type CrmAccessDeps = { clock: Clock; db: Db; crm: { gateway: CrmGateway } }

const crmStatusMissing = () => invalidFields([{ field: 'crm_status', message: 'must not be empty' }])

const UPCOMING = 10

/** Throws 404 when there is no such facilitator, and 403 unless the caller is that facilitator or an admin. */
export async function requireAccess(
  { db }: CrmAccessDeps,
  caller: UserRow,
  facilitator_id: number,
): Promise<void> {
  await facilitatorStore.get(db, facilitator_id)
  await requireOrganiser(db, caller, facilitator_id)
}

export async function overview(
  deps: CrmAccessDeps,
  caller: UserRow,
  id: number,
): Promise<FacilitatorDashboard> {
  const until = deadline()
  await requireAccess(deps, caller, id)
  const [dashboard, upcoming] = await Promise.all([
    deps.crm.gateway.get(AnyDashboard, `/api/facilitators/${id}/dashboard`, until),
    upcomingEventStore.list(deps.db, id, deps.clock.now(), UPCOMING),
  ])
  return { ...requireFound('dashboard', dashboard), upcoming }
}

export async function listBookings(
  deps: CrmAccessDeps,
  caller: UserRow,
  id: number,
  query: FacilitatorBookingsQuery,
): Promise<Static<typeof FacilitatorBookings>> {
  const until = deadline()
  await requireAccess(deps, caller, id)
  const path = `/api/facilitators/${id}/bookings?${toCrmQuery(query)}`
  return requireFound('list of bookings', await deps.crm.gateway.get(FacilitatorBookings, path, until))
}

/** Streams the file of all matching bookings from the CRM. Throws 501 when the CRM has no such export. */
export async function exportBookings(
  deps: CrmAccessDeps,
  caller: UserRow,
  { id, query, format }: { id: number; query: FacilitatorBookingsQuery; format: FileFormat },
): Promise<AsyncIterable<Uint8Array>> {
  await requireAccess(deps, caller, id)
  const separator = format.kind === 'csv' && query.sep ? `&sep=${encodeURIComponent(query.sep)}` : ''
  const path = `/api/facilitators/${id}/bookings?${toCrmQuery(query)}&format=${format.kind}${separator}`
  const file = requireFound('export', await deps.crm.gateway.open(path, {}))
  // A CRM without this extension ignores `format` and answers with JSON.
  if (file.headers['content-type']?.startsWith(FILE_TYPES[format.kind])) return file
  file.destroy()
  throw crmLacks('export')
}

export async function getBooking(
  deps: CrmAccessDeps,
  caller: UserRow,
  params: CrmBookingParams,
): Promise<Static<typeof OneNotification>> {
  return getOwn(deps, caller, params, deadline())
}

export async function listHistory(
  deps: CrmAccessDeps,
  caller: UserRow,
  params: CrmBookingParams,
  { page, per_page }: PageRequest,
): Promise<Static<typeof History>> {
  const until = deadline()
  await getOwn(deps, caller, params, until)
  const path = `/api/bookings/${params.booking_id}/history?page=${page}&per_page=${toSlice({ page, per_page }).limit}`
  return requireFound('history of bookings', await deps.crm.gateway.get(History, path, until))
}

/** Sets the CRM status of a booking, with the caller's name as the author. Throws 400 for an unknown status. */
export async function updateStatus(
  deps: CrmAccessDeps,
  caller: UserRow,
  params: CrmBookingParams,
  input: UpdateCrmStatus,
): Promise<Static<typeof CrmStatusUpdated>> {
  const crm_status = readChoice('crm_status', input.crm_status, CRM_STATUSES)
  if (!crm_status) throw crmStatusMissing()
  const until = deadline()
  await getOwn(deps, caller, params, until)
  const author = fullName(caller)
  const body = { crm_status, notes: input.notes?.trim() || null, author }
  const path = `/api/bookings/${params.booking_id}/status`
  const updated = await deps.crm.gateway.put(CrmStatusUpdated, path, body, until)
  if (!updated) throw notFound('booking')
  const { old_status, new_status } = updated
  await auditLog.record(deps.db, {
    at: deps.clock.now(),
    actor_id: caller.id,
    action: 'booking.crm_status_changed',
    subject: 'booking',
    subject_id: params.booking_id,
    details: { old_status, new_status },
  })
  return updated
}

/** Returns a booking of the facilitator's events. Throws 404 for any other. */
async function getOwn(
  deps: CrmAccessDeps,
  caller: UserRow,
  { id, booking_id }: CrmBookingParams,
  until: number,
) {
  await requireAccess(deps, caller, id)
  const known = await deps.crm.gateway.get(OneNotification, `/api/bookings/${booking_id}`, until)
  if (known?.booking.facilitator_id !== id) throw notFound('booking')
  return known
}

/** Throws 501 for a route that the connected CRM does not have. */
function requireFound<T>(what: string, found: T | undefined): T {
  if (found === undefined) throw crmLacks(what)
  return found
}
