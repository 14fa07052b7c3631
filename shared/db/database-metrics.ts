import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { isDatabaseConnected } from './database-health.ts'

/** Less than the five seconds after which the figures of several processes are given up. */
const READ_MAX_MS = 2_000

type Aggregator = 'sum' | 'max' | 'min'

/** Whether the database answers, and how its connections are used. */
export function measureDatabase<T>(registry: Registry, db: Kysely<T>, pool: Pool): void {
  new Gauge({
    name: 'stillpoint_database_up',
    help: 'Whether the database answers.',
    // One process that cannot reach it is one too many.
    aggregator: 'min',
    registers: [registry],
    async collect() {
      this.set((await inTime(isDatabaseConnected(db))) ? 1 : 0)
    },
  })
  new Gauge({
    name: 'stillpoint_database_connections',
    help: 'Connections of the pool, by what they do.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
    },
  })
  new Gauge({
    name: 'stillpoint_database_connections_max',
    help: 'How many connections the pool may have.',
    registers: [registry],
    collect() {
      this.set(pool.options.max)
    },
  })
  new Gauge({
    name: 'stillpoint_database_waiting',
    help: 'Statements that wait for a connection.',
    registers: [registry],
    collect() {
      this.set(pool.waitingCount)
    },
  })
}

/**
 * A gauge that is read from the database. While that is away there is no such figure, and all others are told
 * nevertheless: that is when somebody looks at them.
 */
export function databaseGauge(
  registry: Registry,
  { read, ...about }: { name: string; help: string; aggregator: Aggregator; read: () => Promise<number> },
): void {
  new Gauge({
    ...about,
    registers: [registry],
    async collect() {
      const value = await inTime(read())
      if (value === undefined) this.remove()
      else this.set(value)
    },
  })
}

/** Undefined when it fails or takes too long. */
async function inTime<T>(reading: Promise<T>): Promise<T | undefined> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, READ_MAX_MS, undefined)
  try {
    return await Promise.race([reading.catch(() => undefined), timeout])
  } finally {
    clearTimeout(timer)
  }
}
