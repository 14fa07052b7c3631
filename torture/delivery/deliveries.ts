import type { Exchange } from '#harness/faults/fault-proxy.ts'

/** Bookings whose cancellation the CRM acknowledged before their creation. */
export function outOfOrder(exchanges: Exchange[]): number[] {
  const created = new Set<number>()
  const disordered = new Set<number>()
  for (const { told, isAcknowledged } of exchanges) {
    if (!isAcknowledged) continue
    for (const { booking_id, status } of told) {
      if (status !== 'cancelled') created.add(booking_id)
      else if (!created.has(booking_id)) disordered.add(booking_id)
    }
  }
  return [...disordered]
}

/** Bookings that were given different notification ids when they were told of more than once. */
export function changedIds(exchanges: Exchange[]): number[] {
  const given = new Map<number, number>()
  const changed = new Set<number>()
  for (const { told, answer } of exchanges) {
    if (answer?.status !== 200 || answer.notificationIds.length !== told.length) continue
    for (const [i, { booking_id }] of told.entries()) {
      const id = answer.notificationIds[i] as number
      if ((given.get(booking_id) ?? id) !== id) changed.add(booking_id)
      given.set(booking_id, id)
    }
  }
  return [...changed]
}
