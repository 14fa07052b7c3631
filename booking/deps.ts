import type { Pool } from 'pg'
import { connect } from '#shared/db/connect.ts'
import { createReplicaReads, type Reads } from '#shared/db/high-availability/replica-reads.ts'
import { createExports, type Exports } from '#shared/http/limits/exports.ts'
import { createKeyedSemaphore, type KeyedSemaphore } from '#shared/http/limits/keyed-semaphore.ts'
import { type CircuitBreaker, createCircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import { type Clock, systemClock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { createSeatQueue, type SeatQueue } from './bookings/seat-queue.ts'
import { type CalendarFeeds, createCalendarFeeds } from './calendars/calendar-feeds.ts'
import type { BookingConfig } from './config.ts'
import { type CrmClient, createCrmClient } from './crm-link/outbox/crm-client.ts'
import { createDelivery, type Delivery } from './crm-link/outbox/delivery.ts'
import { type CrmGateway, createCrmGateway } from './crm-link/studio/crm-gateway.ts'
import type { Database, Db } from './database/database.ts'
import * as eventStore from './events/event.store.ts'
import { createEventCache, type EventCache } from './events/event-cache.ts'
import { createEventList } from './events/event-list.service.ts'
import { createOnlineLinks, type OnlineLinks } from './events/online-links.ts'
import { type AttemptLimiter, createAttemptLimiter } from './identity/login/attempt-limiter.ts'
import { type CredentialAdmission, createCredentialAdmission } from './identity/login/credential-admission.ts'
import { createGoogleVerifier, type GoogleVerifier } from './identity/login/google-verifier.ts'
import { createSessions, type Sessions } from './identity/sessions/sessions.ts'
import { createTokens, type Tokens } from './identity/sessions/tokens.ts'
import { createLive, type Live } from './live/live.ts'
import { createLinkKeys } from './mail/links/link-keys.ts'
import { createMail, type Mail } from './mail/sending/post.ts'
import { createMetrics, type Metrics } from './operations/metrics.ts'
import { createProgramme, type Programme } from './programme/programme.service.ts'
import { createRates, type Rates } from './rates/rates.ts'
import { createJoinQueue, type JoinQueue } from './waitlist/join-queue.ts'

const FEED_TURNS = { permits: 1, waitingMax: 32, waitingMaxInAll: 500 }

/** Everything that is created once at start. Functions declare the part that they need as a type of their own. */
export type Deps = {
  config: BookingConfig
  log: Logger
  clock: Clock
  metrics: Metrics
  db: Db
  /** `reads`: for expensive reads on which no write depends; they may go to a replica (decision 0036). */
  databases: { pool: Pool; replicaPool: Pool | undefined; reads: Reads<Database> }
  identity: {
    tokens: Tokens
    sessions: Sessions
    google: GoogleVerifier
    attempts: AttemptLimiter
    credentials: CredentialAdmission
  }
  crm: { client: CrmClient; breaker: CircuitBreaker; gateway: CrmGateway; delivery: Delivery }
  /** Limits per account or address. `feeds`: concurrent requests of one calendar feed. */
  limits: { rates: Rates; exports: Exports; feeds: KeyedSemaphore }
  /** Batched requests (decision 0007). */
  queues: { seats: SeatQueue; joins: JoinQueue; links: OnlineLinks }
  caches: { events: EventCache; calendarFeeds: CalendarFeeds }
  live: Live
  mail: Mail
  /** What anybody may read. */
  programme: Programme
}

/** Replacements for tests. */
export type Replacements = { clock?: Clock; log?: Logger; google?: GoogleVerifier; crmClient?: CrmClient }

/** Creates all dependencies. Runs no query yet. */
export function createDeps(
  config: BookingConfig,
  database: { url: string; hasLongStatements?: boolean },
  logger: Logger,
  replacements: Replacements = {},
): Deps {
  const { clock = systemClock, log = logger } = replacements
  const { db, pool } = connect<Database>({ ...database, log })
  const databases = { pool, ...connectReads(config, db, log) }
  const metrics = createMetrics(db, pool, clock)
  const tokens = createTokens(config.jwtSecret, clock, config.previousJwtSecret)
  const sessions = createSessions(db, tokens, clock, {
    tally: metrics.cache('accounts'),
    sessionsMax: config.sessionsMax,
  })
  const client = replacements.crmClient ?? createCrmClient(config.crmUrl, config.crmToken)
  const breaker = createCircuitBreaker(clock)
  const events = createEventCache(
    {
      list: createEventList({ reads: databases.reads, log }),
      find: (id) => eventStore.find(db, id),
    },
    clock,
    { pages: metrics.cache('event_pages'), events: metrics.cache('events') },
  )
  return {
    config,
    log,
    clock,
    metrics,
    db,
    databases,
    identity: {
      tokens,
      sessions,
      google: replacements.google ?? createGoogleVerifier(config.googleClientId, config.googleJwksUrl),
      attempts: createAttemptLimiter(pool, config.authRateLimit, config.registrationsPerAddress),
      credentials: createCredentialAdmission(config.authRateLimit),
    },
    crm: {
      client,
      breaker,
      gateway: createCrmGateway(config.crmUrl, config.crmToken, breaker),
      delivery: createDelivery({ db, clock, crm: { client, breaker }, metrics, log }),
    },
    limits: {
      rates: createRates(config, clock),
      exports: createExports({ isLimited: config.authRateLimit }),
      feeds: createKeyedSemaphore(FEED_TURNS),
    },
    queues: {
      seats: createSeatQueue(db, clock, { aheadMax: config.aheadMax }),
      joins: createJoinQueue(db, clock, config.aheadMax),
      links: createOnlineLinks(db),
    },
    caches: { events, calendarFeeds: createCalendarFeeds(db, clock) },
    programme: createProgramme({ clock, databases, caches: { events } }),
    live: createLive({ db, log, caches: { events }, identity: { sessions } }),
    mail: createMail(config.mail, clock, createLinkKeys(config.jwtSecret, config.previousJwtSecret)),
  }
}

function connectReads({ replicaUrl }: BookingConfig, db: Db, log: Logger): Omit<Deps['databases'], 'pool'> {
  if (replicaUrl === undefined) return { replicaPool: undefined, reads: (read) => read(db) }
  const replica = connect<Database>({ url: replicaUrl, role: 'replica', log })
  return {
    replicaPool: replica.pool,
    reads: createReplicaReads({ primary: db, replica: replica.connections, log }),
  }
}

/** Waits for background work, then closes connections. */
export async function closeDeps({ live, crm, mail, databases: { pool, replicaPool } }: Deps): Promise<void> {
  await crm.delivery.settle()
  await live.stop()
  await crm.client.close()
  crm.gateway.close()
  mail.transport.close()
  await replicaPool?.end()
  await pool.end()
}
