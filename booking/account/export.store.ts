import { sql } from 'kysely'
import type { AuditEntry } from '#booking/audit-log/audit-log.schema.ts'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import { costOf } from '#booking/bookings/cost.rules.ts'
import type { AuditRow } from '#booking/database/audit-log.table.ts'
import type { Db } from '#booking/database/database.ts'
import * as sessionStore from '#booking/identity/sessions/session.store.ts'
import * as eventMessageStore from '#booking/mail/event-message.store.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import * as noticeStore from '#booking/notices/notice.store.ts'
import { toNoticeId } from '#booking/notices/notice-id.rules.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { ExportedBooking, ExportedMail, ExportedMessage, SeenNotice } from './export.schema.ts'

export async function listBookings(db: Db, user_id: number): Promise<ExportedBooking[]> {
  const rows = await db
    .selectFrom('bookings')
    .innerJoin('events', 'events.id', 'bookings.event_id')
    .select([
      'bookings.id',
      'event_id',
      'bookings.status',
      'notes',
      'payment_status',
      'booked_price',
      'attendance',
      'checked_in_at',
      'bookings.removal_reason',
    ])
    .select(['booking_date', 'bookings.updated_at', 'crm_notified_at'])
    .select(['title', 'event_type', 'start_datetime', 'end_datetime', 'location', 'price'])
    .where('user_id', '=', user_id)
    .orderBy('bookings.id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    event: {
      id: row.event_id,
      title: row.title,
      event_type: row.event_type,
      start_datetime: toWireTime(row.start_datetime),
      end_datetime: toWireTime(row.end_datetime),
      location: row.location,
      price: row.price,
    },
    status: row.status,
    notes: row.notes,
    price: costOf(row),
    payment_status: row.payment_status,
    attendance: row.attendance,
    checked_in_at: row.checked_in_at && toWireTime(row.checked_in_at),
    cancellation_reason: row.removal_reason,
    booking_date: toWireTime(row.booking_date),
    updated_at: toWireTime(row.updated_at),
    told_to_crm_at: row.crm_notified_at && toWireTime(row.crm_notified_at),
  }))
}

/** Returns audit entries by the person, about them, and about their bookings. A union, so that each part uses its index. */
export async function listActivity(db: Db, user_id: number): Promise<AuditEntry[]> {
  const { rows } = await sql<AuditRow>`
    select ${sql.join(auditLog.AUDIT_COLUMNS.map((column) => sql.ref(column)))} from audit_log where id in (
      select id from audit_log where actor_id = ${user_id}
      union select id from audit_log where subject = 'user' and subject_id = ${user_id}
      union select entry.id from facilitators
        join audit_log entry on entry.subject = 'facilitator' and entry.subject_id = facilitators.id
        where facilitators.user_id = ${user_id}
      union select entry.id from bookings
        join audit_log entry on entry.subject = 'booking' and entry.subject_id = bookings.id
        where bookings.user_id = ${user_id}
    ) order by id desc`.execute(db)
  return rows.map(auditLog.toEntry)
}

export async function listEndedSessions(db: Db, user_id: number): Promise<string[]> {
  const rows = await db
    .selectFrom('ended_sessions')
    .select('ended_at')
    .where('user_id', '=', user_id)
    .orderBy('ended_at', 'desc')
    .execute()
  return rows.map(({ ended_at }) => toWireTime(ended_at))
}

export async function listMails(db: Db, user_id: number): Promise<ExportedMail[]> {
  const rows = await mailStore.listOfUser(db, user_id)
  return rows.map(({ kind, status, event_id, sent_to, subject, body_text, created_at, ended_at }) => ({
    ...{ kind, status, event_id, sent_to, subject },
    text: body_text,
    created_at: toWireTime(created_at),
    ended_at: ended_at && toWireTime(ended_at),
  }))
}

export async function listMessages(db: Db, user_id: number): Promise<ExportedMessage[]> {
  const rows = await eventMessageStore.listBy(db, user_id)
  return rows.map(({ event_id, subject, text, people, created_at }) => ({
    ...{ event_id, people },
    subject: subject ?? '',
    text: text ?? '',
    created_at: toWireTime(created_at),
  }))
}

export async function listSeenNotices(db: Db, user_id: number): Promise<SeenNotice[]> {
  const rows = await noticeStore.listSeen(db, user_id)
  return rows.map((row) => ({ id: toNoticeId(row), kind: row.kind, seen_at: toWireTime(row.seen_at) }))
}

export async function listSessions(db: Db, user_id: number) {
  const rows = await sessionStore.listOwn(db, user_id, new Date(0))
  return rows.map(({ started_at, last_used_at, ...row }) => ({
    ...row,
    started_at: toWireTime(started_at),
    last_used_at: toWireTime(last_used_at),
  }))
}
