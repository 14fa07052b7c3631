import { faultOf, isNotification } from '#crm/notifications/notification.rules.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { CRM_STATUSES, type CrmStatus } from '#shared/contracts/crm-notification.schema.ts'
import { findUnstorable } from '#shared/http/json-body.ts'
import { parseWireTime } from '#shared/lib/wire-time.ts'

export type ImportedNotification = BookingNotification & {
  id: number
  received_at: Date
  crm_status: CrmStatus
}

/** What can be taken from a backup, each with an id of its own, and what cannot. */
export type BackupContent = {
  notifications: ImportedNotification[]
  skipped: { count: number; firstReason?: string }
}

/** Ids above this are given anew: the ids of notifications to come have to follow them. */
const ID_KEPT_MAX = 2_000_000_000

type Json = Record<string, unknown>
type Entry = Omit<ImportedNotification, 'id'> & { id: number | undefined }

/**
 * Reads our own backups and those of the service before us: `bookings` may be a list or an object, and the
 * lists by facilitator and event may hold whole bookings that `bookings` lacks. Of several entries about one
 * booking the first counts: that is the one a lookup by booking finds.
 */
export function readContent(content: unknown, now: Date): BackupContent {
  const entries = new Map<number, Entry>()
  const skipped: BackupContent['skipped'] = { count: 0 }
  const skip = (reason: string) => {
    skipped.count++
    skipped.firstReason ??= reason
  }
  const { bookings, facilitators, events }: Json = isObject(content) ? content : { bookings: content }
  for (const value of itemsOf(bookings)) {
    const entry = readEntry(value, now)
    if (typeof entry === 'string') skip(entry)
    else if (entries.has(entry.booking_id)) skip(`Booking ${entry.booking_id} is in the file more than once.`)
    else entries.set(entry.booking_id, entry)
  }
  for (const value of [...itemsOf(facilitators), ...itemsOf(events)].flatMap(itemsOf)) {
    if (!isObject(value) || !('booking_id' in value) || entries.has(value.booking_id as number)) continue
    const entry = readEntry(value, now)
    if (typeof entry === 'string') skip(entry)
    else entries.set(entry.booking_id, entry)
  }
  return { notifications: withIds([...entries.values()]), skipped }
}

/** A string says why the entry cannot be taken. */
function readEntry(value: unknown, now: Date): Entry | string {
  if (!isObject(value)) return faultOf(value)
  const { id, status, received_at, crm_status, ...others } = value
  const notification = { ...others, ...(typeof status === 'string' && { status }) }
  if (!isNotification(notification)) return faultOf(notification)
  const unstorable = findUnstorable(notification)
  if (unstorable) return unstorable.message
  return {
    ...notification,
    id: isIdToKeep(id) ? id : undefined,
    received_at: (typeof received_at === 'string' && parseWireTime(received_at)) || now,
    crm_status: CRM_STATUSES.find((each) => each === String(crm_status).trim().toLowerCase()) ?? 'new',
  }
}

function isIdToKeep(id: unknown): id is number {
  return Number.isInteger(id) && (id as number) > 0 && (id as number) <= ID_KEPT_MAX
}

/** An entry without an id, or with one that is taken, gets the next free one, in order of time. */
function withIds(entries: Entry[]): ImportedNotification[] {
  const byId = new Map<number, ImportedNotification>()
  const withoutId: Entry[] = []
  for (const entry of entries) {
    if (entry.id !== undefined && !byId.has(entry.id)) byId.set(entry.id, { ...entry, id: entry.id })
    else withoutId.push(entry)
  }
  let lastId = [...byId.keys()].reduce((highest, id) => Math.max(highest, id), 0)
  withoutId.sort((a, b) => a.received_at.getTime() - b.received_at.getTime())
  return [...byId.values(), ...withoutId.map((entry) => ({ ...entry, id: ++lastId }))]
}

function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
