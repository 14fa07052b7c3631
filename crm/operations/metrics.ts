import type { Pool } from 'pg'
import { Counter, Registry } from 'prom-client'
import type { BackupMetrics, BackupOutcome } from '#crm/backup/backup-writer.ts'
import type { Db } from '#crm/database/database.ts'
import type { IntakeMetrics, IntakeOutcome } from '#crm/intake/intake.service.ts'
import { measureDatabase } from '#shared/db/database-metrics.ts'

export type Metrics = IntakeMetrics & BackupMetrics & { registry: Registry }

/** All label values, to be initialised to 0 so that rate() sees the first increment. */
const RECEIVED: Record<IntakeOutcome, true> = {
  stored: true,
  duplicate: true,
  invalid: true,
  unauthorized: true,
  unavailable: true,
}
const BACKUPS: Record<BackupOutcome, true> = { written: true, failed: true }

export function createMetrics(db: Db, pool: Pool): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const notifications = new Counter({
    name: 'stillpoint_crm_notifications_total',
    help: 'Notifications about bookings, by what became of them. A request that was refused as a whole counts as one.',
    labelNames: ['outcome'],
    registers,
  })
  const backups = new Counter({
    name: 'stillpoint_crm_backups_total',
    help: 'Attempts to write the file backup, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of Object.keys(RECEIVED)) notifications.inc({ outcome }, 0)
  for (const outcome of Object.keys(BACKUPS)) backups.inc({ outcome }, 0)
  measureDatabase(registry, db, pool)
  return {
    registry,
    received: (outcome, count = 1) => notifications.inc({ outcome }, count),
    backup: (outcome) => backups.inc({ outcome }),
  }
}
