import { faultOf, isNotification } from '#crm/notifications/notification.rules.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { CRM_STATUSES, type CrmStatus } from '#shared/contracts/crm-notification.schema.ts'
import { findUnstorable } from '#shared/http/requests/json-body.ts'
import { isRecord } from '#shared/lib/record.ts'
import { parseWireTime } from '#shared/lib/wire-time.ts'

/** A change of the CRM status. */
type ImportedChange = {
  old_status: CrmStatus
  new_status: CrmStatus
  notes: string | null
  author: string | null
  changed_at: Date
}

export type ImportedNotification = BookingNotification & {
  id: number
  received_at: Date
  cancelled_at: Date | null
  crm_status: CrmStatus
  history: ImportedChange[]
  /** Fields that have no column, unchanged. */
  imported_fields: Json | null
}

/** An entry that may have no id yet. */
export type Entry = Omit<ImportedNotification, 'id'> & { id: number | undefined }

export type Skipped = { count: number; firstReason?: string }

type Json = Record<string, unknown>

/** Larger ids are replaced, because the ids of new notifications continue after the largest one. */
const ID_KEPT_MAX = 2_000_000_000

/**
 * Reads a backup, ours or one of the old service: `bookings` may be a list or an object, and the lists by facilitator and
 * event may contain bookings that `bookings` lacks. Of several entries about a booking the first counts, as in a lookup by
 * booking in the old service.
 */
export function readContent(
  content: unknown,
  now: Date,
): { notifications: ImportedNotification[]; skipped: Skipped } {
  const entries = new Map<unknown, Entry>()
  const skipped: Skipped = { count: 0 }
  const { bookings, facilitators, events }: Json = isRecord(content) ? content : { bookings: content }
  for (const value of itemsOf(bookings)) {
    const entry = readEntry(value, now)
    if (typeof entry === 'string') skip(skipped, entry)
    else if (entries.has(entry.booking_id))
      skip(skipped, `Booking ${entry.booking_id} is in the file more than once.`)
    else entries.set(entry.booking_id, entry)
  }
  for (const value of [...itemsOf(facilitators), ...itemsOf(events)].flatMap(itemsOf)) {
    if (!isRecord(value) || !('booking_id' in value) || entries.has(value.booking_id)) continue
    const entry = readEntry(value, now)
    if (typeof entry === 'string') skip(skipped, entry)
    else entries.set(entry.booking_id, entry)
  }
  return { notifications: withIds([...entries.values()]), skipped }
}

export function skip(skipped: Skipped, reason: string): void {
  skipped.count++
  skipped.firstReason ??= reason
}

/** The entry, or a sentence that says why it cannot be read. */
export function readEntry(value: unknown, now: Date): Entry | string {
  if (!isRecord(value)) return faultOf(value)
  const { id, status, received_at, crm_status, cancelled_at, history, ...others } = value
  const notification = { ...others, ...(typeof status === 'string' && { status }) }
  if (!isNotification(notification)) return faultOf(notification)
  const unstorable = findUnstorable({ ...notification, history })
  if (unstorable) return unstorable.message
  return {
    ...notification,
    id: isIdToKeep(id) ? id : undefined,
    received_at: readTime(received_at) ?? now,
    cancelled_at: readTime(cancelled_at) ?? null,
    crm_status: readStatus(crm_status) ?? 'new',
    history: readHistory(history),
    imported_fields: readOthers(others),
  }
}

/** Gives entries without an id, or with one that is taken, the next free ids in order of `received_at`. */
export function withIds(entries: Entry[], takenUpTo = 0): ImportedNotification[] {
  const byId = new Map<number, ImportedNotification>()
  const withoutId: Entry[] = []
  for (const entry of entries) {
    const { id } = entry
    if (id !== undefined && id > takenUpTo && !byId.has(id)) byId.set(id, { ...entry, id })
    else withoutId.push(entry)
  }
  let lastId = [...byId.keys()].reduce((highest, id) => Math.max(highest, id), takenUpTo)
  withoutId.sort((a, b) => a.received_at.getTime() - b.received_at.getTime())
  return [...byId.values(), ...withoutId.map((entry) => ({ ...entry, id: ++lastId }))]
}

function isIdToKeep(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= ID_KEPT_MAX
}

/** The changes of a file of ours; entries of another form are ignored. */
function readHistory(history: unknown): ImportedChange[] {
  return itemsOf(history).flatMap((value) => {
    const { old_status, new_status, notes, author, changed_at }: Json = isRecord(value) ? value : {}
    const [before, after, at] = [readStatus(old_status), readStatus(new_status), readTime(changed_at)]
    if (!before || !after || !at) return []
    return [
      {
        old_status: before,
        new_status: after,
        notes: readText(notes),
        author: readText(author),
        changed_at: at,
      },
    ]
  })
}

/** Fields of the entry, its user and its event that have no column; null when there are none. */
function readOthers({ user, event, ...entry }: Json): Json | null {
  const [ofUser, ofEvent] = [without(user, USER_FIELDS), without(event, EVENT_FIELDS)]
  const others = {
    ...without(entry, ENTRY_FIELDS),
    ...(ofUser && { user: ofUser }),
    ...(ofEvent && { event: ofEvent }),
  }
  return Object.keys(others).length > 0 ? others : null
}

const ENTRY_FIELDS = ['booking_id', 'facilitator_id', 'booking_date', 'notes']
const USER_FIELDS = ['id', 'email', 'name', 'phone']
const EVENT_FIELDS = ['id', 'title', 'type', 'start_datetime', 'location', 'timezone']

function without(value: unknown, known: string[]): Json | undefined {
  const others = Object.entries(isRecord(value) ? value : {}).filter(([key]) => !known.includes(key))
  return others.length > 0 ? Object.fromEntries(others) : undefined
}

function readStatus(value: unknown): CrmStatus | undefined {
  const word = String(value).trim().toLowerCase()
  return CRM_STATUSES.find((each) => each === word)
}

const readTime = (value: unknown) => (typeof value === 'string' ? parseWireTime(value) : undefined)

const readText = (value: unknown) => (typeof value === 'string' ? value : null)

function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isRecord(value) ? Object.values(value) : []
}
