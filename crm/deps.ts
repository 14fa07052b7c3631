import type { Pool } from 'pg'
import { connect } from '#shared/db/connect.ts'
import { createExports, type Exports } from '#shared/http/limits/exports.ts'
import { type Clock, systemClock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { CrmConfig } from './config.ts'
import type { Database, Db } from './database/database.ts'
import { createFeedSubscribers, type FeedSubscribers } from './feed/feed-subscribers.ts'
import { createIntakeQueue, type IntakeQueue } from './intake/intake-queue.ts'
import { createUnsavedChanges, type UnsavedChanges } from './intake/unsaved-changes.ts'
import { createMetrics, type Metrics } from './operations/metrics.ts'

/** All dependencies of the services, created once at start. Tests replace some of them. */
export type Deps = {
  config: CrmConfig
  log: Logger
  clock: Clock
  db: Db
  pool: Pool
  unsavedChanges: UnsavedChanges
  intake: IntakeQueue
  feedSubscribers: FeedSubscribers
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
  const unsavedChanges = createUnsavedChanges()
  const intake = createIntakeQueue(overrides.db ?? db, clock, unsavedChanges)
  const feedSubscribers = createFeedSubscribers(overrides.db ?? db, log)
  const metrics = createMetrics(db, pool)
  // One token is shared by all callers.
  const exports = createExports({ isLimited: false })
  return {
    config,
    log,
    clock,
    db,
    pool,
    unsavedChanges,
    intake,
    feedSubscribers,
    exports,
    metrics,
    ...overrides,
  }
}

export async function closeDeps({ pool }: Deps): Promise<void> {
  await pool.end()
}
