import { randomInt } from 'node:crypto'
import { notified } from '../contract/crm-models.ts'
import { expectBody } from '../expect.ts'
import { inDays } from './times.ts'
import { oncePerRun, type World } from './world.ts'

export type Notification = {
  booking_id: number
  user: { id: number; email: string; name: string; phone: string | null }
  event: {
    id: number
    title: string
    type: 'session' | 'retreat'
    start_datetime: string
    location: string | null
  }
  facilitator_id: number
  booking_date: string
  notes: string | null
}

/** Notifications of a facilitator that only this run uses, so that all statistics are known. */
export type Portfolio = {
  facilitatorId: number
  first: Notification
  second: Notification
  third: Notification
}

/** The expected statistics of that facilitator, and of one without notifications. */
export const tally = {
  total_bookings: 3,
  session_bookings: 2,
  retreat_bookings: 1,
  unique_users: 2,
  unique_events: 2,
}
export const zeros = {
  total_bookings: 0,
  session_bookings: 0,
  retreat_bookings: 0,
  unique_users: 0,
  unique_events: 0,
}

/** Two people book the same session, then the first one books a retreat. */
export const portfolio = oncePerRun(async (world): Promise<Portfolio> => {
  const first = newNotification()
  const facilitatorId = first.facilitator_id
  const second = { ...newNotification(), event: first.event, facilitator_id: facilitatorId }
  const third = { ...newNotification(), user: first.user, facilitator_id: facilitatorId }
  third.event = { ...third.event, title: 'Conformance retreat', type: 'retreat' }
  for (const notification of [first, second, third]) await notify(world, notification)
  return { facilitatorId, first, second, third }
})

/** Sends a notification to the CRM. Returns its id. */
export async function notify(world: World, notification: Notification): Promise<number> {
  const body = expectBody(await world.staff.post('/api/notify', notification), 200, notified)
  return body.notification_id
}

export function newNotification(): Notification {
  const userId = madeUpId()
  return {
    booking_id: madeUpId(),
    user: {
      id: userId,
      email: `conformance+${userId}@example.com`,
      name: 'Connie Formance',
      phone: '+1234567890',
    },
    event: {
      id: madeUpId(),
      title: 'Conformance session',
      type: 'session',
      start_datetime: inDays(7),
      location: 'Wellness Center',
    },
    facilitator_id: madeUpId(),
    booking_date: inDays(0),
    notes: 'Sent by the conformance suite',
  }
}

/** For lists whose order the contract leaves open. */
export function byBookingId(one: { booking_id: number }, other: { booking_id: number }): number {
  return one.booking_id - other.booking_id
}

/** A positive 32-bit integer far above the ids of a real service. */
function madeUpId(): number {
  return randomInt(1_000_000_000, 2_000_000_000)
}
