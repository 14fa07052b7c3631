/**
 * What the web app may ask of the Main API: each operation as `openapi/booking.json` writes it, with its body and its
 * answer. No other file of the web app imports from the services, and this one imports types only.
 */
import type { Static } from 'typebox'
import type {
  AccountDeleted,
  ChangePassword,
  ChangePreferences,
  DeleteAccount,
  OwnAccount,
  PreferencesChanged,
  ProfileUpdated,
  UpdateProfile,
} from '#booking/account/account.schema.ts'
import type { VerifyEmail } from '#booking/account/recovery/email-confirmation.schema.ts'
import type { Done } from '#booking/account/recovery/link.schema.ts'
import type { ForgotPassword, ResetPassword } from '#booking/account/recovery/password-reset.schema.ts'
import type {
  BookingsCancelled,
  CancelBookings,
  ManagedUser,
  UpdateUser,
  UserPage,
  UserUpdated,
} from '#booking/admin/admin.schema.ts'
import type { AuditLogPage, NamedAuditEntry } from '#booking/audit-log/audit-log.schema.ts'
import type {
  Attendance,
  Booking,
  BookingCancelled,
  BookingCreated,
  BookingPage,
  BookingUpdated,
  CreateBooking,
  EditBooking,
  PaymentStatus,
} from '#booking/bookings/booking.schema.ts'
import type { FeedClosed, FeedOpened } from '#booking/calendars/calendar.schema.ts'
import type { DeliveryHealth } from '#booking/crm-link/outbox/delivery.schema.ts'
import type { Reconciliation } from '#booking/crm-link/reconciliation/reconciliation.schema.ts'
import type {
  FacilitatorDashboard,
  UpcomingEvent,
  UpdateCrmStatus,
} from '#booking/crm-link/studio/crm-access.schema.ts'
import type { Event, EventPage, OneEvent } from '#booking/events/event.schema.ts'
import type {
  CreateFacilitator,
  Facilitator,
  FacilitatorChanged,
  FacilitatorPage,
  OneFacilitator,
  UpdateFacilitator,
} from '#booking/facilitators/facilitator.schema.ts'
import type {
  Credentials,
  GoogleLogin,
  LoggedIn,
  LoggedOut,
  LogOut,
  Refreshed,
  Register,
  Registered,
} from '#booking/identity/login/auth.schema.ts'
import type { OwnSession, OwnSessions, SessionEnded } from '#booking/identity/sessions/own-session.schema.ts'
import type { User } from '#booking/identity/users/user.schema.ts'
import type { LiveSeats } from '#booking/live/live.schema.ts'
import type {
  MessageAudience,
  MessageOwed,
  MessagePreview,
  PreviewMessage,
  WriteToEvent,
} from '#booking/mail/event-message.schema.ts'
import type { ListedMail, MailPage, MailRetried, OneMail, WholeMail } from '#booking/mail/mail.schema.ts'
import type { Notice, NoticeList, NoticesSeen, SeeNotices } from '#booking/notices/notice.schema.ts'
import type { Settings } from '#booking/operations/settings.schema.ts'
import type {
  CancelEvent,
  CreateEvent,
  EditEvent,
  EventCancelled,
  EventCreated,
  EventUpdated,
  Scope,
} from '#booking/organising/event-organising.schema.ts'
import type {
  OnePublicEvent,
  OnePublicFacilitator,
  Programme,
  ProgrammeEvent,
  PublicFacilitatorPage,
} from '#booking/programme/programme.schema.ts'
import type {
  BookingMarked,
  MarkAttendance,
  MarkPayment,
  RosterEntry,
  RosterPage,
} from '#booking/roster/roster.schema.ts'
import type {
  JoinWaitlist,
  OwnWaitlist,
  OwnWaitlistEntry,
  WaitlistJoined,
  WaitlistLeft,
  WaitlistOfEvent,
  WaitlistPlace,
} from '#booking/waitlist/waitlist.schema.ts'
import type {
  DailyBookings,
  FacilitatorBooking,
  FacilitatorBookings,
  PopularEvent,
  RecentBooking,
} from '#shared/contracts/crm-facilitator.schema.ts'
import type { CrmStatus, Notification, OneNotification } from '#shared/contracts/crm-notification.schema.ts'
import type {
  CrmStatusChange,
  CrmStatusUpdated,
  History,
} from '#shared/contracts/crm-status-change.schema.ts'
import type { ErrorBody } from '#shared/http/schemas/schemas.ts'

export type {
  Attendance,
  Booking,
  ChangePreferences,
  CreateEvent,
  CreateFacilitator,
  CrmStatus,
  CrmStatusChange,
  DailyBookings,
  DeliveryHealth,
  EditEvent,
  Event,
  Facilitator,
  FacilitatorBooking,
  FacilitatorDashboard,
  ListedMail,
  LiveSeats,
  MailHealth,
  ManagedUser,
  MessageAudience,
  MessagePreview,
  NamedAuditEntry,
  Notice,
  Notification,
  OwnSession,
  OwnWaitlistEntry,
  PaymentStatus,
  PopularEvent,
  ProgrammeEvent,
  RecentBooking,
  Reconciliation,
  RosterEntry,
  Scope,
  UpcomingEvent,
  UpdateFacilitator,
  UpdateProfile,
  UpdateUser,
  User,
  WaitlistPlace,
  WholeMail,
  WriteToEvent,
}

type MailHealth = Static<typeof MailPage>['health']

/** The body of an answer that is not a success. */
export type Problem = Static<typeof ErrorBody>

export type Operations = {
  'GET /api/settings': { answer: Static<typeof Settings> }
  'GET /api/programme': { answer: Static<typeof Programme> }
  'GET /api/programme/{id}': { answer: Static<typeof OnePublicEvent> }
  'GET /api/programme/facilitators': { answer: Static<typeof PublicFacilitatorPage> }
  'GET /api/programme/facilitators/{id}': { answer: Static<typeof OnePublicFacilitator> }

  'POST /api/auth/register': { body: Register; answer: Static<typeof Registered> }
  'POST /api/auth/login': { body: Credentials; answer: LoggedIn }
  'POST /api/auth/google-login': { body: Static<typeof GoogleLogin>; answer: LoggedIn }
  'POST /api/auth/refresh': { answer: Refreshed }
  'POST /api/auth/logout': { body: LogOut; answer: Static<typeof LoggedOut> }
  'POST /api/auth/forgot-password': { body: ForgotPassword; answer: Static<typeof Done> }
  'POST /api/auth/reset-password': { body: ResetPassword; answer: Static<typeof Done> }
  'POST /api/auth/verify-email': { body: VerifyEmail; answer: Static<typeof Done> }
  'POST /api/auth/verify-email/resend': { answer: Static<typeof Done> }
  'GET /api/auth/sessions': { answer: Static<typeof OwnSessions> }
  'DELETE /api/auth/sessions/{id}': { answer: Static<typeof SessionEnded> }

  'GET /api/auth/account': { answer: Static<typeof OwnAccount> }
  'DELETE /api/auth/account': { body: DeleteAccount; answer: Static<typeof AccountDeleted> }
  'PUT /api/auth/profile': { body: UpdateProfile; answer: Static<typeof ProfileUpdated> }
  'PUT /api/auth/preferences': { body: ChangePreferences; answer: Static<typeof PreferencesChanged> }
  'PUT /api/auth/password': { body: ChangePassword; answer: LoggedIn }

  'GET /api/events/': { answer: Static<typeof EventPage> }
  'POST /api/events/': { body: CreateEvent; answer: Static<typeof EventCreated> }
  'GET /api/events/{id}': { answer: Static<typeof OneEvent> }
  'PUT /api/events/{id}': { body: EditEvent; answer: Static<typeof EventUpdated> }
  'PUT /api/events/{id}/cancel': { body: CancelEvent; answer: Static<typeof EventCancelled> }

  'GET /api/bookings/': { answer: Static<typeof BookingPage> }
  'POST /api/bookings/': { body: CreateBooking; answer: Static<typeof BookingCreated> }
  'PUT /api/bookings/{id}': { body: EditBooking; answer: Static<typeof BookingUpdated> }
  'PUT /api/bookings/{id}/cancel': { answer: Static<typeof BookingCancelled> }
  'POST /api/bookings/calendar-token': { answer: Static<typeof FeedOpened> }
  'DELETE /api/bookings/calendar-token': { answer: Static<typeof FeedClosed> }

  'GET /api/bookings/waitlist': { answer: Static<typeof OwnWaitlist> }
  'GET /api/events/{id}/waitlist': { answer: Static<typeof WaitlistOfEvent> }
  'POST /api/events/{id}/waitlist': { body: JoinWaitlist; answer: Static<typeof WaitlistJoined> }
  'DELETE /api/events/{id}/waitlist': { answer: Static<typeof WaitlistLeft> }

  'GET /api/events/{id}/bookings': { answer: Static<typeof RosterPage> }
  'PUT /api/events/{id}/bookings/{booking_id}/cancel': { answer: Static<typeof BookingCancelled> }
  'PUT /api/bookings/{id}/attendance': { body: MarkAttendance; answer: Static<typeof BookingMarked> }
  'PUT /api/bookings/{id}/payment': { body: MarkPayment; answer: Static<typeof BookingMarked> }

  'POST /api/events/{id}/messages': { body: WriteToEvent; answer: Static<typeof MessageOwed> }
  'GET /api/events/{id}/messages/audience': { answer: MessageAudience }
  'POST /api/events/{id}/messages/preview': { body: PreviewMessage; answer: MessagePreview }
  'GET /api/notices': { answer: Static<typeof NoticeList> }
  'PUT /api/notices/seen': { body: SeeNotices; answer: Static<typeof NoticesSeen> }

  'GET /api/facilitators/': { answer: Static<typeof FacilitatorPage> }
  'POST /api/facilitators/': { body: CreateFacilitator; answer: Static<typeof FacilitatorChanged> }
  'GET /api/facilitators/{id}': { answer: Static<typeof OneFacilitator> }
  'PUT /api/facilitators/{id}': { body: UpdateFacilitator; answer: Static<typeof FacilitatorChanged> }
  'GET /api/facilitators/{id}/dashboard': { answer: FacilitatorDashboard }
  'GET /api/facilitators/{id}/crm/bookings': { answer: Static<typeof FacilitatorBookings> }
  'GET /api/facilitators/{id}/crm/bookings/{booking_id}': { answer: Static<typeof OneNotification> }
  'GET /api/facilitators/{id}/crm/bookings/{booking_id}/history': { answer: Static<typeof History> }
  'PUT /api/facilitators/{id}/crm/bookings/{booking_id}/status': {
    body: UpdateCrmStatus
    answer: Static<typeof CrmStatusUpdated>
  }

  'GET /api/users': { answer: Static<typeof UserPage> }
  'PUT /api/users/{id}': { body: UpdateUser; answer: Static<typeof UserUpdated> }
  'POST /api/users/{id}/cancel-bookings': { body: CancelBookings; answer: Static<typeof BookingsCancelled> }
  'GET /api/mail': { answer: Static<typeof MailPage> }
  'GET /api/mail/{id}': { answer: Static<typeof OneMail> }
  'POST /api/mail/{id}/retry': { answer: Static<typeof MailRetried> }
  'GET /api/delivery': { answer: DeliveryHealth }
  'GET /api/reconcile': { answer: Reconciliation }
  'POST /api/reconcile': { answer: Reconciliation }
  'GET /api/audit-log': { answer: Static<typeof AuditLogPage> }
}

/** Streams of server-sent events, with the data of each event by its name. */
export type Streams = {
  'GET /api/events/stream': {
    seats: LiveSeats
    event: { event: Event }
    'booking.promoted': { booking_id: number; event_id: number }
    'booking.cancelled': { booking_id: number; event_id: number }
    /** Too much has changed to be sent one by one. */
    reload: unknown
  }
  /** The web app only needs to know that something has changed. */
  'GET /api/facilitators/{id}/crm/stream': Record<string, unknown>
}
