import { type AreaChecks, contract, decision } from '../check.ts'
import { notified } from '../contract/crm-models.ts'
import { expectBody, expectError, expectFieldError, expectStatus, expectValues } from '../expect.ts'
import { type Notification, newNotification, notify } from '../world/notifications.ts'
import { listReceived, readReceived } from '../world/received.ts'

const path = '/api/notify'

const faults: [field: string, value: unknown][] = [
  ...['booking_id', 'facilitator_id', 'user', 'event'].map((field): [string, unknown] => [field, undefined]),
  ...['id', 'email', 'name'].map((field): [string, unknown] => [`user.${field}`, undefined]),
  ...['id', 'title', 'type'].map((field): [string, unknown] => [`event.${field}`, undefined]),
  ['booking_id', '17'],
  ['booking_id', 0],
  ['facilitator_id', null],
  ['user', 'Connie'],
  ['user.name', 17],
  ['event.id', 1.5],
  ['event.type', 17],
]

export const crmNotify: AreaChecks = {
  'POST /api/notify': [
    contract('takes the documented notification', async ({ staff }) => {
      const answer = await staff.post(path, newNotification())
      expectValues(answer, expectBody(answer, 200, notified), { status: 'success' })
    }),
    contract('keeps what it was sent, as received and new', async (world) => {
      const sent = newNotification()
      await notify(world, sent)
      const { answer, booking } = await readReceived(world, sent.booking_id)
      const { booking_id, facilitator_id, user } = sent
      const { id, title, type } = sent.event
      const kept = { booking_id, facilitator_id, user, event: { id, title, type } }
      expectValues(answer, booking, { ...kept, status: 'received', crm_status: 'new' })
    }),
    contract('takes a person without phone, an event without location and no notes', async (world) => {
      const { user, event, ...others } = newNotification()
      const bare = {
        ...others,
        user: { ...user, phone: null },
        event: { ...event, location: null },
        notes: null,
      }
      await notify(world, bare)
      const { answer, booking } = await readReceived(world, bare.booking_id)
      expectValues(answer, booking, { user: bare.user })
    }),
    contract('refuses an empty body', async ({ staff }) => {
      expectError(await staff.post(path, {}), 400)
    }),
    decision('answers a repeated notification with the same id and keeps it once', async (world) => {
      const sent = newNotification()
      const notification_id = await notify(world, sent)
      const answer = await world.staff.post(path, sent)
      expectValues(answer, expectBody(answer, 200, notified), { notification_id, status: 'duplicate' })
      const { answer: listed, bookingIds } = await listReceived(world, { user_id: sent.user.id })
      expectValues(listed, { bookingIds }, { bookingIds: [sent.booking_id] })
    }),
    decision('keeps a notification once that comes five times at once', async (world) => {
      const sent = newNotification()
      const answers = await Promise.all(Array.from({ length: 5 }, () => world.staff.post(path, sent)))
      const [first, ...others] = answers.map((answer) => expectBody(answer, 200, notified))
      const { answer, bookingIds } = await listReceived(world, { user_id: sent.user.id })
      expectValues(answer, { bookingIds }, { bookingIds: [sent.booking_id] })
      for (const { notification_id } of others) {
        expectValues(answer, { notification_id }, { notification_id: first?.notification_id })
      }
    }),
    ...faults.map(([field, value]) =>
      decision(
        `names ${field} in details when it is ${JSON.stringify(value) ?? 'missing'}`,
        async (world) => {
          const body = withField(newNotification(), field, value)
          expectFieldError(await world.staff.post(path, body), lastOf(field))
        },
      ),
    ),
    decision('marks a booking as cancelled when told so', async (world) => {
      const sent = newNotification()
      await notify(world, sent)
      expectStatus(await world.staff.post(path, { ...sent, status: 'cancelled' }), 200)
      const { answer, booking } = await readReceived(world, sent.booking_id)
      expectValues(answer, booking, { status: 'cancelled' })
    }),
  ],

  'POST /api/notify/batch': [
    decision('keeps every notification of a batch', async (world) => {
      const sent = [newNotification(), newNotification()]
      expectStatus(await world.staff.post('/api/notify/batch', { notifications: sent }), 200)
      for (const { booking_id, user } of sent) {
        const { answer, booking } = await readReceived(world, booking_id)
        expectValues(answer, booking, { user: { email: user.email } })
      }
    }),
  ],
}

/** `field` is a name, or two names with a dot between them. */
function withField(notification: Notification, field: string, value: unknown): object {
  const [outer = '', inner] = field.split('.')
  if (!inner) return { ...notification, [outer]: value }
  const part = notification[outer as 'user' | 'event']
  return { ...notification, [outer]: { ...part, [inner]: value } }
}

function lastOf(field: string): string {
  return field.split('.').at(-1) ?? field
}
