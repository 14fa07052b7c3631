import type { Pool } from 'pg'
import { Counter, Histogram, Registry } from 'prom-client'
import type { BookingMetrics } from '#booking/bookings/booking.service.ts'
import { SEAT_REFUSALS } from '#booking/bookings/refusals.ts'
import * as crmErasureStore from '#booking/crm-link/erasures/crm-erasure.store.ts'
import type { DeliveryMetrics, DeliveryOutcome } from '#booking/crm-link/outbox/delivery.ts'
import * as outboxStore from '#booking/crm-link/outbox/outbox.store.ts'
import type { Db } from '#booking/database/database.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import type { MailMetrics, MailOutcome } from '#booking/mail/sending/sender.ts'
import { databaseGauge, measureDatabase } from '#shared/db/database-metrics.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { CacheTally } from '#shared/lib/sized-cache.ts'

type BookingOutcome = Parameters<BookingMetrics['booking']>[0]

export type Metrics = BookingMetrics &
  DeliveryMetrics &
  MailMetrics & {
    registry: Registry
    /** Returns the tally of a cache; a miss had to query the database. */
    cache(name: string): CacheTally
  }

// Initialised to 0, so that rate() sees the first increment.
const BOOKING_OUTCOMES: BookingOutcome[] = ['booked', ...SEAT_REFUSALS, 'unavailable']
const DELIVERY_OUTCOMES: Record<DeliveryOutcome, true> = {
  acknowledged: true,
  refused: true,
  unreachable: true,
}
const MAIL_OUTCOMES: Record<MailOutcome, true> = { sent: true, retried: true, failed: true, dropped: true }
const LAG_BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 3_600]

export function createMetrics(db: Db, pool: Pool, clock: Clock): Metrics {
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
  const lag = new Histogram({
    name: 'stillpoint_crm_delivery_lag_seconds',
    help: 'From the commit of a booking or cancellation to its acknowledgement by the CRM.',
    buckets: LAG_BUCKETS_SECONDS,
    registers,
  })
  const mails = new Counter({
    name: 'stillpoint_mails_total',
    help: 'Attempts to send a mail, by outcome: failed for good, dropped because it was no longer true.',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of Object.keys(MAIL_OUTCOMES)) mails.inc({ outcome }, 0)
  for (const outcome of BOOKING_OUTCOMES) bookings.inc({ outcome }, 0)
  for (const outcome of Object.keys(DELIVERY_OUTCOMES)) deliveries.inc({ outcome }, 0)
  measureDatabase(registry, db, pool)
  measureQueues(registry, db, clock)
  return {
    registry,
    booking: (outcome) => bookings.inc({ outcome }),
    delivery: (outcome, messages) => deliveries.inc({ outcome }, messages),
    deliveryLag: (seconds) => lag.observe(Math.max(0, seconds)),
    mail: (outcome) => mails.inc({ outcome }),
    cache: countLookups(registry),
  }
}

function measureQueues(registry: Registry, db: Db, clock: Clock): void {
  // All processes report the same queues, so they must not be added up.
  const aggregator = 'max'
  const summarise = shared(() => outboxStore.summarise(db))
  const ageSeconds = (at: Date | null) =>
    at ? Math.max(0, (clock.now().getTime() - at.getTime()) / 1_000) : 0
  databaseGauge(registry, {
    name: 'stillpoint_crm_queue_age_seconds',
    help: 'Age of the oldest message that the CRM has not acknowledged; 0 when there is none.',
    aggregator,
    read: async () => ageSeconds((await summarise()).oldest_at),
  })
  databaseGauge(registry, {
    name: 'stillpoint_crm_queue_messages',
    help: 'Messages that the CRM has not acknowledged.',
    aggregator,
    read: async () => (await summarise()).count,
  })
  databaseGauge(registry, {
    name: 'stillpoint_crm_erasures_waiting',
    help: 'Deleted accounts that the CRM has not acknowledged to have forgotten.',
    aggregator,
    read: () => crmErasureStore.countWaiting(db),
  })
  const summariseMails = shared(() => mailStore.summarise(db, clock.now()))
  databaseGauge(registry, {
    name: 'stillpoint_mail_queue_age_seconds',
    help: 'Age of the oldest mail that is due and not sent; 0 when there is none.',
    aggregator,
    read: async () => ageSeconds((await summariseMails()).oldest_at),
  })
  databaseGauge(registry, {
    name: 'stillpoint_mail_queue_mails',
    help: 'Mails that are due and not sent.',
    aggregator,
    read: async () => (await summariseMails()).waiting,
  })
}

/** A scrape reads all gauges at once: two of them share one query. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
}

function countLookups(registry: Registry): (cache: string) => CacheTally {
  const tallies = new Map<string, CacheTally>()
  new Counter({
    name: 'stillpoint_cache_lookups_total',
    help: 'What was asked of what is kept in memory: a hit was known, a miss had to ask the database.',
    labelNames: ['cache', 'result'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [cache, { hits, misses }] of tallies) {
        this.inc({ cache, result: 'hit' }, hits)
        this.inc({ cache, result: 'miss' }, misses)
      }
    },
  })
  return (name) => {
    const tally = { hits: 0, misses: 0 }
    tallies.set(name, tally)
    return tally
  }
}
