import type { Pool } from 'pg'
import { connect } from '#shared/db/connect.ts'
import { createExports, type Exports } from '#shared/http/limits/exports.ts'
import { type Clock, systemClock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { CrmConfig } from './config.ts'
import type { Database, Db } from './database/database.ts'
import { createFeedListeners, type FeedListeners } from './feed/feed-subscribers.ts'
import { createReceivingQueue, type ReceivingQueue } from './intake/intake-queue.ts'
import { type Changes, createChanges } from './intake/unsaved-changes.ts'
import { createMetrics, type Metrics } from './operations/metrics.ts'

/** Everything a service function may need, made once at boot. Tests replace parts of it. */
export type Deps = {
  config: CrmConfig
  log: Logger
  clock: Clock
  db: Db
  pool: Pool
  changes: Changes
  receiving: ReceivingQueue
  feedListeners: FeedListeners
  exports: Exports
  metrics: Metrics
}

export function createDeps(
  config: CrmConfig,
  database: { url: string; hasLongStatements?: boolean },
  log: Logger,
  overrides: Partial<Deps> = {},
): Deps {
  const clock = overrides.clock ?? systemClock
  const { db, pool } = connect<Database>({ ...database, log })
  const changes = createChanges()
  const receiving = createReceivingQueue(overrides.db ?? db, clock, changes)
  const feedListeners = createFeedListeners(overrides.db ?? db, log)
  const metrics = createMetrics(db, pool)
  // Who has the token speaks for many.
  const exports = createExports({ isLimited: false })
  return { config, log, clock, db, pool, changes, receiving, feedListeners, exports, metrics, ...overrides }
}

export async function closeDeps({ pool }: Deps): Promise<void> {
  await pool.end()
}
