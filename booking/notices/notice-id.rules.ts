import { NOTICE_KINDS, type NoticeKind } from '#booking/database/seen-notice.table.ts'
import { MAX_ID } from '#shared/http/schemas/schemas.ts'

/** What a notice is about: see `seen_notices`. */
export type NoticeKey = { kind: NoticeKind; about_id: number; version: number }

/** `booking-promoted:12`; of a move with its version: `event-moved:12:3`. */
export function toNoticeId({ kind, about_id, version }: NoticeKey): string {
  return kind === 'event-moved' || kind === 'waitlist-moved'
    ? `${kind}:${about_id}:${version}`
    : `${kind}:${about_id}`
}

/** Undefined for what can be the id of no notice. */
export function readNoticeId(id: string): NoticeKey | undefined {
  const [, name, ...numbers] = /^([a-z-]+):(\d{1,10})(?::(\d{1,10}))?$/.exec(id) ?? []
  const [about_id = 0, version = 0] = numbers.map((text) => Number(text ?? 0))
  const kind = NOTICE_KINDS.find((each) => each === name)
  return kind && about_id <= MAX_ID && version <= MAX_ID ? { kind, about_id, version } : undefined
}
