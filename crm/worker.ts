import { startAnalysing } from '#shared/db/grown-tables.ts'
import { startRemovingBackups } from './backup/backup-expiry.ts'
import { startBackupWriter } from './backup/backup-writer.ts'
import type { Deps } from './deps.ts'
import { startForgettingFeed } from './feed/feed.service.ts'

/**
 * Starts all background jobs, which may run in any number of instances. Their first runs are apart: all at once they would
 * open a database connection each.
 */
export function startWorker(deps: Deps): { stop(): Promise<void> } {
  const jobs = [
    startBackupWriter(deps),
    startRemovingBackups(deps),
    startForgettingFeed(deps),
    startAnalysing(deps.db, deps.log),
  ]
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}
