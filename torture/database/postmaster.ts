import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findPostmaster, type Postmaster } from '#shared/db/embedded/postmaster.ts'

/** The PostgreSQL of the Main API in this data directory, if it runs. */
export function mainPostmaster(dataDir: string): Postmaster | undefined {
  return findPostmaster(join(realpathSync(dataDir), 'booking', 'pg'))
}

/** When the PostgreSQL with this process number has gone. */
export async function untilGone(dataDir: string, pid: number): Promise<number> {
  while (mainPostmaster(dataDir)?.pid === pid) await sleep(5)
  return performance.now()
}

/** When one takes connections. Undefined when none does in time. */
export async function untilReady(dataDir: string, maxMs: number): Promise<number | undefined> {
  const deadline = performance.now() + maxMs
  while (performance.now() < deadline) {
    if (mainPostmaster(dataDir)?.isReady) return performance.now()
    await sleep(5)
  }
  return undefined
}
