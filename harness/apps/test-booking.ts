import { pino } from 'pino'
import { buildApp } from '#booking/app.ts'
import { loadConfig } from '#booking/config.ts'
import { type CrmClient, CrmFault } from '#booking/crm-link/outbox/crm-client.ts'
import { closeDeps, createDeps, type Replacements } from '#booking/deps.ts'
import { adoptDatabase } from '#booking/mail/planning/planner.ts'
import type { Env } from '#shared/config/env.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createInstances } from './instances.ts'
import { createTestDatabase } from './test-database.ts'

/** The Main API on a database of its own, with a CRM and a clock that the test controls. */
export async function startTestBooking({
  env = {} as Env,
  deps: replacements = {} as Replacements,
  database: given = undefined as { url: string } | undefined,
} = {}) {
  const database = given ? { ...given, drop: async () => {} } : await createTestDatabase('booking')
  const clock = createTestClock()
  const crm = createTestCrm()
  const config = loadConfig({ AUTH_RATE_LIMIT: 'off', DEMO_DATA: 'off', LOG_LEVEL: 'silent', ...env })
  const log = pino({ level: 'silent' })
  const { startInstance, closeAll } = createInstances(
    () => createDeps(config, database, log, { clock, crmClient: crm, ...replacements }),
    buildApp,
    closeDeps,
  )
  const first = await startInstance()
  await adoptDatabase(first.deps)
  return {
    ...first,
    clock,
    crm,
    /** Another process of the same service: the same database, a memory of its own. */
    startInstance,
    async close() {
      await closeAll()
      await database.drop()
    },
  }
}

export type TestBooking = Awaited<ReturnType<typeof startTestBooking>>

/** Time stands on a whole second of today until the test moves it. */
export function createTestClock() {
  let now = new Date(Math.floor(Date.now() / 1000) * 1000)
  return {
    now: () => now,
    advance: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
  } satisfies Clock & { advance(seconds: number): void }
}

/** A CRM that remembers what it was told, and can be made to refuse. */
function createTestCrm() {
  const received: BookingNotification[] = []
  const forgotten: number[] = []
  const crm = {
    received,
    forgotten,
    isAway: false,
    async notify(notifications: BookingNotification[]) {
      if (crm.isAway) throw new CrmFault('CRM is away')
      received.push(...notifications)
      return notifications.map(() => undefined)
    },
    async anonymise(user_id: number) {
      if (crm.isAway) throw new CrmFault('CRM is away')
      forgotten.push(user_id)
      return undefined
    },
    listDigests: async () => [],
    listStates: async () => [],
    close: async () => {},
  }
  return crm satisfies CrmClient
}
