import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import type { ClientLog } from '#shared/db/database-client.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { oneRow } from '#shared/db/one-row.ts'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'

/** Runs a read on the replica or the primary. It sees at least everything that was committed when it was called. */
export type Reads<T> = <R>(read: (db: Kysely<T>) => Promise<R>) => Promise<R>

type ReplicaOptions<T> = {
  primary: Kysely<T>
  /** Connections to one or several replicas; the replay position is checked for each connection. */
  replica: PostgresPool
  log: ClientLog
}

/** How long a read waits for a replica that lags behind. */
const CATCH_UP_MAX_MS = 20
/** Timeout of the question for the replay position. */
const ANSWER_MAX_MS = 500
/** More than requests can be in progress. */
const WAITING_MAX = 10_000
const PAUSE_BEHIND_MS = 1_000
const PAUSE_AWAY_MS = 5_000

/**
 * Returns a function that reads from the replica once it has replayed the current log position of the primary, and from the
 * primary otherwise. Simultaneous reads share one query for the position. A replica that lags or fails is not used for a while
 * (decision 0036).
 */
export function createReplicaReads<T>({ primary, replica, log }: ReplicaOptions<T>): Reads<T> {
  const positions = createBatcher<void, bigint>({
    name: 'ask how far the primary is',
    run: async (reads) => {
      const position = await readPosition(primary)
      return reads.map(() => position)
    },
    batchMax: Number.POSITIVE_INFINITY,
    waitingMax: WAITING_MAX,
    concurrency: 1,
  })
  let pausedUntilMs = 0
  let isPaused = false

  const pause = (error: unknown) => {
    pausedUntilMs = performance.now() + (error instanceof ReplicaBehind ? PAUSE_BEHIND_MS : PAUSE_AWAY_MS)
    if (!isPaused)
      log.warn({ reason: messageOf(error) }, 'the replica is left out, the primary is read instead')
    isPaused = true
  }

  return async (read) => {
    if (performance.now() < pausedUntilMs) return read(primary)
    const position = await positions.add()
    try {
      const answer = await read(atLeastAt(position, replica))
      if (isPaused) log.info({}, 'the replica is read again')
      isPaused = false
      return answer
    } catch (error) {
      if (!isOfReplica(error)) throw error
      pause(error)
      return read(primary)
    }
  }
}

class ReplicaUnusable extends Error {}
class ReplicaBehind extends ReplicaUnusable {}

/** Whether the primary may succeed where the replica failed. A statement that timed out would time out there as well. */
function isOfReplica(error: unknown): boolean {
  return error instanceof ReplicaUnusable || (isDatabaseAway(error) && codeOf(error) !== CANCELLED)
}

const CANCELLED = '57014'

/** The flushed log position; with `synchronous_commit = off` the inserted one, because commits are visible before the flush. */
async function readPosition<T>(primary: Kysely<T>): Promise<bigint> {
  const { rows } = await sql<{ position: string }>`
    select case when current_setting('synchronous_commit') = 'off'
      then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end as position`.execute(primary)
  return toNumber(oneRow(rows).position)
}

/** A database whose connections have replayed the log up to `position`. */
function atLeastAt<T>(position: bigint, replica: PostgresPool): Kysely<T> {
  const connect = async () => {
    const client = await replica.connect().catch(asUnusable)
    try {
      await untilReplayed(client, position)
      return client
    } catch (error) {
      client.release(!(error instanceof ReplicaBehind))
      return asUnusable(error)
    }
  }
  const pool: PostgresPool = { options: replica.options, end: async () => {}, connect }
  return new Kysely<T>({ dialect: new PostgresDialect({ pool }) })
}

/** Any failure to connect, wrong passwords and certificates included, makes the primary serve the read. */
function asUnusable(error: unknown): never {
  if (error instanceof ReplicaUnusable) throw error
  throw new ReplicaUnusable(messageOf(error), { cause: error })
}

/** The last known replay position of each connection, which only grows. */
const replayed = new WeakMap<PostgresPoolClient, bigint>()

async function untilReplayed(client: PostgresPoolClient, position: bigint): Promise<void> {
  if ((replayed.get(client) ?? -1n) >= position) return
  const deadline = performance.now() + CATCH_UP_MAX_MS
  for (let waitMs = 1; ; waitMs *= 2) {
    const reached = await askReplayed(client)
    replayed.set(client, reached)
    if (reached >= position) return
    if (performance.now() + waitMs > deadline)
      throw new ReplicaBehind(`It is ${position - reached} bytes of log behind.`)
    await sleep(waitMs)
  }
}

async function askReplayed(client: PostgresPoolClient): Promise<bigint> {
  const asked = client.query<{ position: string | null }>(REPLAYED, [])
  const late = sleep(ANSWER_MAX_MS, undefined, { ref: false })
  const answer = await Promise.race([asked, late])
  const position = answer?.rows[0]?.position
  if (position) return toNumber(position)
  asked.catch(() => {})
  throw new ReplicaUnusable(answer ? 'It is no standby.' : `It has not answered for ${ANSWER_MAX_MS} ms.`)
}

/** Null after a promotion, when the replay position no longer tells what the server has. */
const REPLAYED = 'select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() end::text as position'

/** A log sequence number (two hexadecimal halves) in bytes. */
function toNumber(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}
