import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import type { ClientLog } from '#shared/db/database-client.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'

/** Runs a plain read where it costs least, and never sees less than the primary had when it was asked for. */
export type Reads<T> = <R>(read: (db: Kysely<T>) => Promise<R>) => Promise<R>

type ReplicaOptions<T> = {
  primary: Kysely<T>
  /** Connections to one replica or several; each proves for itself how far its server is. */
  replica: PostgresPool
  log: ClientLog
}

/** So long a read waits for a replica that is a little behind. */
const CATCH_UP_MAX_MS = 20
/** A replica that says nothing within this time is away. */
const ANSWER_MAX_MS = 500
/** More than requests can be in work. */
const WAITING_MAX = 10_000
const PAUSE_BEHIND_MS = 1_000
const PAUSE_AWAY_MS = 5_000

/**
 * Before a replica is read, the primary is asked how far it is; everybody who asks at that time shares one question.
 * The replica answers when it is as far. Otherwise the primary does, and the replica is left alone for a while.
 */
export function createReplicaReads<T>({ primary, replica, log }: ReplicaOptions<T>): Reads<T> {
  const positions = createBatcher<void, bigint>({
    name: 'ask how far the primary is',
    run: async (asked) => {
      const position = await readPosition(primary)
      return asked.map(() => position)
    },
    batchMax: Number.POSITIVE_INFINITY,
    waitingMax: WAITING_MAX,
    concurrency: 1,
  })
  let pausedUntilMs = 0
  let isLeftOut = false

  const leaveOut = (error: Error) => {
    pausedUntilMs = performance.now() + (error instanceof ReplicaBehind ? PAUSE_BEHIND_MS : PAUSE_AWAY_MS)
    if (!isLeftOut)
      log.warn({ reason: error.message }, 'the replica is left out, the primary is read instead')
    isLeftOut = true
  }

  return async (read) => {
    if (performance.now() < pausedUntilMs) return read(primary)
    const position = await positions.add()
    try {
      const answer = await read(upTo(position, replica))
      if (isLeftOut) log.info({}, 'the replica is read again')
      isLeftOut = false
      return answer
    } catch (error) {
      if (!isOfReplica(error)) throw error
      leaveOut(error as Error)
      return read(primary)
    }
  }
}

class ReplicaUnusable extends Error {}
class ReplicaBehind extends ReplicaUnusable {}

/** What the primary may do better. A statement that took too long would only take as long again. */
function isOfReplica(error: unknown): boolean {
  if (error instanceof ReplicaUnusable) return true
  return isDatabaseAway(error) && (error as { code?: unknown }).code !== CANCELLED
}

const CANCELLED = '57014'

/** What of the log is safe on disk. Who commits without waiting for that may be seen before it is. */
async function readPosition<T>(primary: Kysely<T>): Promise<bigint> {
  const { rows } = await sql<{ position: string }>`
    select case when current_setting('synchronous_commit') = 'off'
      then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end as position`.execute(primary)
  return toNumber(rows[0]?.position as string)
}

/** A database whose connections have all replayed what the primary had written up to `position`. */
function upTo<T>(position: bigint, replica: PostgresPool): Kysely<T> {
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

/** Whatever keeps a replica from being connected to, wrong passwords and certificates too: the primary will do. */
function asUnusable(error: unknown): never {
  if (error instanceof ReplicaUnusable) throw error
  throw new ReplicaUnusable((error as Error).message, { cause: error })
}

/** How far the server of a connection was when it was last asked. It never goes back. */
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

/** Null of a server that is no standby any more: what it once replayed is no measure of what it knows. */
const REPLAYED = 'select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() end::text as position'

/** A position in the log, two hexadecimal halves, as a number of bytes. */
function toNumber(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}
