export const NOTICE_KINDS = [
  'event-moved',
  'waitlist-moved',
  'booking-cancelled',
  'event-cancelled',
  'waitlist-closed',
  'booking-promoted',
  'event-message',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** What somebody has confirmed to have seen, on any device. */
export type SeenNoticeTable = {
  user_id: number
  kind: NoticeKind
  /** The booking, the place in line or the message that it is about. */
  about_id: number
  /** Of a move: the event's `sequence` before the last change that was seen. Otherwise 0. */
  version: number
  seen_at: Date
}
