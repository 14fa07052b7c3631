import { Counter, Gauge, Registry } from 'prom-client'
import * as crmErasureStore from '#booking/accounts/crm-erasure.store.ts'
import type { Db } from '#booking/database.ts'
import * as outboxStore from '#booking/notifications/outbox.store.ts'
import type { Clock } from '#shared/lib/clock.ts'

export type Metrics = {
  registry: Registry
  /** One attempt to book, by how it ended: `booked` or why it was refused. */
  booking(outcome: string): void
  /** Messages to the CRM, by what became of the attempt. */
  delivery(outcome: 'acknowledged' | 'refused' | 'unreachable', messages: number): void
}

export function createMetrics(db: Db, clock: Clock): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const bookings = new Counter({
    name: 'stillpoint_booking_attempts_total',
    help: 'Attempts to book, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const deliveries = new Counter({
    name: 'stillpoint_crm_messages_total',
    help: 'Messages to the CRM, by what became of the attempt.',
    labelNames: ['outcome'],
    registers,
  })
  const oldest = new Gauge({
    name: 'stillpoint_crm_queue_age_seconds',
    help: 'Age of the oldest message that the CRM has not acknowledged; 0 when there is none.',
    // Every process sees the same queue.
    aggregator: 'max',
    registers,
  })
  new Gauge({
    name: 'stillpoint_crm_queue_messages',
    help: 'Messages that the CRM has not acknowledged.',
    aggregator: 'max',
    registers,
    async collect() {
      const { count, oldest_at } = await outboxStore.summarise(db)
      this.set(count)
      oldest.set(oldest_at ? Math.max(0, (clock.now().getTime() - oldest_at.getTime()) / 1_000) : 0)
    },
  })
  new Gauge({
    name: 'stillpoint_crm_erasures_waiting',
    help: 'Deleted accounts that the CRM has not acknowledged to have forgotten.',
    registers,
    async collect() {
      this.set(await crmErasureStore.countWaiting(db))
    },
  })
  return {
    registry,
    booking: (outcome) => bookings.inc({ outcome }),
    delivery: (outcome, messages) => deliveries.inc({ outcome }, messages),
  }
}
