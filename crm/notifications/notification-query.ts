import { CRM_STATUSES } from '#shared/contracts/crm-notification.schema.ts'
import { invalidFields } from '#shared/errors/app-error.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { parseWireTime, toWireTime } from '#shared/lib/wire-time.ts'

type StatusQuery = { status?: string; crm_status?: string }
type SearchQuery = { search?: string; from?: string; to?: string }
type Bound = { at: Date; isDay: boolean }

const DAY_MS = 24 * 60 * 60 * 1000
const SECOND_MS = 1000

const badTime = (field: string) =>
  invalidFields([{ field, message: 'must be a date, YYYY-MM-DD, or a time, YYYY-MM-DDTHH:MM:SS' }])
const endBeforeStart = () => invalidFields([{ field: 'to', message: 'must not be before from' }])

export function readStatusFilters({ status, crm_status }: StatusQuery) {
  return {
    status: status?.trim().toLowerCase() || null,
    crm_status: readChoice('crm_status', crm_status, CRM_STATUSES) ?? null,
  }
}

/**
 * `from` and `to` are inclusive: a date means the whole day (UTC), a time its second. The returned `to` is exclusive. Throws 400
 * for an invalid bound, or one before the other.
 */
export function readSearchFilters(query: SearchQuery) {
  const [start, end] = [readBound('from', query.from), readBound('to', query.to)]
  const filters = {
    search: query.search?.trim() || null,
    from: start?.at ?? null,
    to: end ? endOf(end) : null,
  }
  if (filters.from && filters.to && filters.to <= filters.from) throw endBeforeStart()
  return filters
}

/** The filters that were given, normalised, for the answer. */
export function describeSearchFilters(query: SearchQuery): SearchQuery {
  const search = query.search?.trim()
  const [from, to] = [readBound('from', query.from), readBound('to', query.to)]
  return { ...(search && { search }), ...(from && { from: describe(from) }), ...(to && { to: describe(to) }) }
}

function readBound(field: string, text: string | undefined): Bound | undefined {
  // Unencoded, the plus of an offset arrives as a blank.
  const given = text?.trim().replace(/^(\S+T\S+) (\d{2}:\d{2})$/i, '$1+$2')
  if (!given) return undefined
  const isDay = DAY.test(given)
  const at = parseWireTime(isDay ? `${given}T00:00:00` : given)
  if (!at) throw badTime(field)
  return { at, isDay }
}

function endOf({ at, isDay }: Bound): Date {
  if (isDay) return new Date(at.getTime() + DAY_MS)
  return new Date(Math.floor(at.getTime() / SECOND_MS + 1) * SECOND_MS)
}

function describe({ at, isDay }: Bound): string {
  return toWireTime(at).slice(0, isDay ? 10 : 19)
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
