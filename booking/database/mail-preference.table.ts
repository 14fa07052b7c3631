import type { Generated } from 'kysely'

/** What people can switch off. The last two are for those who lead events. */
export const MAIL_PREFERENCES = ['reminders', 'booking_mails', 'new_bookings', 'cancellations'] as const
export type MailPreference = (typeof MAIL_PREFERENCES)[number]
export type MailPreferences = Record<MailPreference, boolean>

/** Without a row: all on. */
export type MailPreferenceTable = { user_id: number } & { [Name in MailPreference]: Generated<boolean> }
