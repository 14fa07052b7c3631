import { EVENT_TYPES, type FacilitatorBookingsQuery } from '#shared/contracts/crm-facilitator.schema.ts'
import { CRM_STATUSES } from '#shared/contracts/crm-notification.schema.ts'
import { invalidFields } from '#shared/errors/app-error.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { toSlice } from '#shared/http/schemas/pagination.ts'
import { parseWireTime, toWireTime } from '#shared/lib/wire-time.ts'

const notATime = (field: string) =>
  invalidFields([{ field, message: 'must be a date, YYYY-MM-DD, or a time, YYYY-MM-DDTHH:MM:SS' }])

/** Returns the query string for the CRM, from validated parameters only. Throws 400 for invalid ones. */
export function toCrmQuery(query: FacilitatorBookingsQuery): string {
  const { page, status, search } = query
  const wanted = {
    page,
    per_page: toSlice(query).limit,
    event_type: readChoice('event_type', query.event_type, EVENT_TYPES),
    status: status?.trim(),
    crm_status: readChoice('crm_status', query.crm_status, CRM_STATUSES),
    search: search?.trim(),
    from: readBound('from', query.from),
    to: readBound('to', query.to),
  }
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(wanted)) if (value) params.set(name, String(value))
  return params.toString()
}

/** Accepts a date or a time. */
function readBound(field: string, text: string | undefined): string | undefined {
  const given = text?.trim()
  if (!given) return undefined
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(given)
  const at = parseWireTime(isDay ? `${given}T00:00:00` : given)
  if (!at) throw notATime(field)
  return isDay ? given : toWireTime(at)
}
