import type { Pool } from 'pg'
import { connect } from '#shared/db/connect.ts'
import { createReplicaReads, type Reads } from '#shared/db/high-availability/replica-reads.ts'
import { createExports, type Exports } from '#shared/http/limits/exports.ts'
import { createKeyedTurns, type KeyedTurns } from '#shared/http/limits/keyed-semaphore.ts'
import { type CircuitBreaker, createCircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import { type Clock, systemClock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type AttemptLimiter, createAttemptLimiter } from './auth/attempt-limiter.ts'
import { type CredentialDoors, createCredentialDoors } from './auth/credential-doors.ts'
import { createGoogleVerifier, type GoogleVerifier } from './auth/google-verifier.ts'
import { createSessions, type Sessions } from './auth/session.ts'
import { createTokens, type Tokens } from './auth/tokens.ts'
import { createSeatQueue, type SeatQueue } from './bookings/seat-queue.ts'
import { type CalendarFeeds, createCalendarFeeds } from './calendars/calendar-feeds.ts'
import type { BookingConfig } from './config.ts'
import { type CrmGateway, createCrmGateway } from './crm-access/crm-gateway.ts'
import type { Database, Db } from './database.ts'
import * as eventStore from './events/event.store.ts'
import { createEventCache, type EventCache } from './events/event-cache.ts'
import { createEventList } from './events/event-list.service.ts'
import { createLive, type Live } from './live/live.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { type CrmClient, createCrmClient } from './notifications/crm-client.ts'
import { createDelivery, type Delivery } from './notifications/delivery.ts'
import { createRates, type Rates } from './rates/rates.ts'
import { createLineQueue, type LineQueue } from './waitlist/line-queue.ts'

const FEED_TURNS = { atOnce: 1, waitingMax: 32, waitingMaxInAll: 500 }

/** Everything a service function may need, made once at boot. Tests replace parts of it. */
export type Deps = {
  config: BookingConfig
  log: Logger
  clock: Clock
  db: Db
  pool: Pool
  /** For plain reads that cost much and decide nothing. */
  reads: Reads<Database>
  replicaPool: Pool | undefined
  tokens: Tokens
  sessions: Sessions
  google: GoogleVerifier
  attempts: AttemptLimiter
  rates: Rates
  doors: CredentialDoors
  crm: CrmClient
  crmBreaker: CircuitBreaker
  crmGateway: CrmGateway
  delivery: Delivery
  seats: SeatQueue
  lines: LineQueue
  eventCache: EventCache
  calendarFeeds: CalendarFeeds
  /** Of those who read one feed. */
  feedTurns: KeyedTurns
  exports: Exports
  live: Live
  metrics: Metrics
}

export function createDeps(
  config: BookingConfig,
  database: { url: string; hasLongStatements?: boolean },
  log: Logger,
  overrides: Partial<Deps> = {},
): Deps {
  const clock = overrides.clock ?? systemClock
  const { db, pool } = connect<Database>({ ...database, log })
  const replica = connectReplica(config.replicaUrl, log)
  const reads: Reads<Database> = replica
    ? createReplicaReads({ primary: db, replica: replica.connections, log })
    : (read) => read(db)
  const tokens = overrides.tokens ?? createTokens(config.jwtSecret, clock, config.previousJwtSecret)
  const crm = overrides.crm ?? createCrmClient(config.crmUrl, config.crmToken)
  const crmBreaker = createCircuitBreaker(clock)
  const metrics = createMetrics(db, pool, clock)
  const sessions = createSessions(db, tokens, clock, {
    tally: metrics.cache('accounts'),
    sessionsMax: config.sessionsMax,
  })
  const eventCache = createEventCache(
    {
      list: createEventList({ reads, log }),
      find: (id) => eventStore.find(db, id),
    },
    clock,
    { pages: metrics.cache('event_pages'), events: metrics.cache('events') },
  )
  return {
    config,
    log,
    clock,
    db,
    pool,
    reads,
    replicaPool: replica?.pool,
    tokens,
    sessions,
    google: createGoogleVerifier(config.googleClientId, config.googleJwksUrl),
    attempts: createAttemptLimiter(pool, config.authRateLimit, config.registrationsPerAddress),
    rates: createRates(config, clock),
    doors: createCredentialDoors(config.authRateLimit),
    crm,
    crmBreaker,
    crmGateway: createCrmGateway(config.crmUrl, config.crmToken, crmBreaker),
    metrics,
    delivery: createDelivery({ db, clock, crm, crmBreaker, metrics, log }),
    seats: createSeatQueue(db, clock, { aheadMax: config.aheadMax }),
    lines: createLineQueue(db, clock, config.aheadMax),
    eventCache,
    calendarFeeds: createCalendarFeeds(db, clock),
    feedTurns: createKeyedTurns(FEED_TURNS),
    exports: createExports({ isLimited: config.authRateLimit }),
    live: createLive({ db, eventCache, sessions, log }),
    ...overrides,
  }
}

function connectReplica(url: string | undefined, log: Logger) {
  return url === undefined ? undefined : connect<Database>({ url, role: 'replica', log })
}

export async function closeDeps({ live, delivery, crm, crmGateway, pool, replicaPool }: Deps): Promise<void> {
  await delivery.settle()
  await live.stop()
  await crm.close()
  crmGateway.close()
  await replicaPool?.end()
  await pool.end()
}
