import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { isDatabaseConnected } from './database-health.ts'

/** Less than the five seconds after which prom-client gives up on the metrics of the workers. */
const READ_MAX_MS = 2_000

type Aggregator = 'sum' | 'max' | 'min'

/** Registers gauges of the database's availability and of the pool's connections. */
export function measureDatabase<T>(registry: Registry, db: Kysely<T>, pool: Pool): void {
  new Gauge({
    name: 'stillpoint_database_up',
    help: 'Whether the database answers.',
    // 0 as soon as one process cannot reach it.
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

/** A gauge whose value is read from the database. While that is unavailable the gauge has no value; the scrape does not fail. */
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

/** Undefined on an error or after two seconds. */
async function inTime<T>(reading: Promise<T>): Promise<T | undefined> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, READ_MAX_MS, undefined)
  try {
    return await Promise.race([reading.catch(() => undefined), timeout])
  } finally {
    clearTimeout(timer)
  }
}
