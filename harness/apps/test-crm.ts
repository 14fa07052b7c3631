import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { buildApp } from '#crm/app.ts'
import { loadConfig } from '#crm/config.ts'
import { closeDeps, createDeps, type Deps } from '#crm/deps.ts'
import type { Env } from '#shared/config/env.ts'
import { createInstances } from './instances.ts'
import { createTestClock } from './test-booking.ts'
import { createTestDatabase } from './test-database.ts'

export const TEST_CRM_TOKEN = 'a-token-that-only-tests-know-0123456789'

/** The CRM on a database and a backup file of its own. */
export async function startTestCrm({ env = {} as Env, deps: overrides = {} as Partial<Deps> } = {}) {
  const database = await createTestDatabase('crm')
  const clock = createTestClock()
  const config = loadConfig({
    LOG_LEVEL: 'silent',
    AUTH_RATE_LIMIT: 'off',
    CRM_BEARER_TOKEN: TEST_CRM_TOKEN,
    CRM_BACKUP_FILE: join(tmpdir(), `crm-backup-${randomUUID()}.json`),
    ...env,
  })
  const log = pino({ level: 'silent' })
  const { startInstance, closeAll } = createInstances(
    () => createDeps(config, database, log, { clock, ...overrides }),
    buildApp,
    closeDeps,
  )
  return {
    ...(await startInstance()),
    clock,
    /** Another process of the same service: the same database, a memory of its own. */
    startInstance,
    async close() {
      await closeAll()
      await database.drop()
      await rm(config.backupFile, { force: true })
    },
  }
}

export type TestCrm = Awaited<ReturnType<typeof startTestCrm>>
