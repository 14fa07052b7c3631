import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTcpProxy, type TcpProxy } from '#harness/faults/fault-proxy-tcp.ts'
import { inSeconds, percentile, tally } from '#harness/load/figures.ts'
import { type Answer, atPace, createClient } from '#harness/load/load.ts'
import { type Crowd, inWorld, QUIET, queryMain, type World } from '#harness/world/world.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { auditAll } from '../audit.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'

const PER_SECOND = 30
const ANSWER_MAX_MS = 10_000
const HEALTH_MAX_MS = 5_000
const RECOVERY_MAX_MS = 10_000

export const proof: Proof = {
  name: 'postgres-silent',
  row: 'R13',
  claim:
    'When PostgreSQL stops answering without a word, every request still ends, and all is well afterwards',
  async run({ quick, log, rounds = quick ? 1 : 10, seconds = quick ? 12 : 30 }) {
    const crowd = {
      people: 300,
      events: Math.ceil((rounds * (seconds + 15) * PER_SECOND) / 300) + 2,
      capacity: 300,
    }
    let line: TcpProxy | undefined
    const prepare = async (dataDir: string, onClose: (close: () => Promise<unknown>) => void) => {
      const { url, port, close } = await proxyToMain(dataDir)
      onClose(close)
      line = port
      return { DATABASE_URL: url }
    }
    return inWorld({ crowds: [crowd], prepare }, async (world) => {
      const client = createClient({ connections: 600, timeoutMs: 30_000 })
      const history = createHistory(client)
      const pairs = allPairs(world.crowds[0] as Crowd)
      const reader = { token: world.crowds[0]?.people[0]?.token ?? '' }
      const healths: Answer[] = []
      const reads: Answer[] = []
      const recoveries: number[] = []
      const connections: number[] = []
      const ask = async (i: number) => {
        if (i % 3 === 0) {
          reads.push(await client.call('GET', `${world.api.url}/api/events/`, reader))
          return
        }
        const { value, done } = pairs.next()
        if (!done) await history.book(world.api.url, value.person, value.eventId)
      }
      for (let round = 1; round <= rounds; round++) {
        let asked = 0
        line?.pause()
        let isSilent = true
        const endAt = performance.now() + seconds * 1_000
        const isOver = () => performance.now() > endAt
        await sleep(50)
        const checkHealth = atPace({ perSecond: 1, concurrencyMax: 20, isOver }, async () => {
          const health = await client.call('GET', `${world.api.url}/health`)
          // What is answered after the silence may truthfully be good news.
          if (isSilent) healths.push(health)
        })
        const load = atPace({ perSecond: PER_SECOND, concurrencyMax: 500, isOver }, () => ask(asked++))
        await sleep(seconds * 1_000)
        // Every second time the old connections are gone for good, as when a failover moved the address.
        if (round % 2 === 0) line?.cut()
        isSilent = false
        line?.resume()
        const resumedAt = performance.now()
        await Promise.all([checkHealth, load])
        recoveries.push(await untilServed(world, client, resumedAt))
        connections.push(await countConnections(world))
        log(
          `round ${round} of ${rounds}: recovered after ${inSeconds(recoveries.at(-1) ?? 0)}, ${connections.at(-1)} connections`,
        )
      }
      const afterwards = await Promise.all(
        Array.from({ length: 60 }, () => client.call('GET', `${world.api.url}/api/events/`, reader)),
      )
      client.close()
      const all = [...history.attempts.map(({ answer }) => answer), ...reads]
      const wrong = all.filter(
        ({ status, body, ms }) =>
          ms > ANSWER_MAX_MS || !(status === 201 || status === 200 || (status === 503 && body.code)),
      )
      const badHealth = healths.filter(({ status, ms }) => status !== 503 || ms > HEALTH_MAX_MS)
      const leaked = Math.max(0, (connections.at(-1) ?? 0) - (connections[0] ?? 0))
      const end = await auditAll(world, history)
      return {
        ok:
          wrong.length + badHealth.length + leaked === 0 &&
          percentile(recoveries, 1) <= RECOVERY_MAX_MS &&
          afterwards.every(({ status }) => status === 200) &&
          end.isSound,
        figure: [
          `${rounds} silences of ${seconds} s: answers ${tally(all.map(({ status, fault }) => fault ?? status))}, slowest ${inSeconds(slowestOf(all))}, bad ${wrong.length}`,
          `/health ${tally(healths.map(({ status }) => status))}, slowest ${inSeconds(slowestOf(healths))}`,
          `recovered in at most ${inSeconds(percentile(recoveries, 1))}, connections ${connections[0]} → ${connections.at(-1)}`,
          end.words,
        ].join('; '),
      }
    })
  },
}

/** Makes the embedded PostgreSQL look like one on another machine, with a line that can go dead. */
async function proxyToMain(
  dataDir: string,
): Promise<{ url: string; port: TcpProxy; close(): Promise<void> }> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'booking'),
    database: 'booking',
    log: QUIET,
  })
  const { username, searchParams, port } = new URL(postgres.url)
  const proxy = await startTcpProxy({ path: join(searchParams.get('host') ?? '', `.s.PGSQL.${port}`) })
  return {
    url: `postgresql://${username}@127.0.0.1:${proxy.port}/booking?sslmode=disable`,
    port: proxy,
    async close() {
      await proxy.close()
      await postgres.stop()
    },
  }
}

async function untilServed(
  { api }: World,
  client: ReturnType<typeof createClient>,
  since: number,
): Promise<number> {
  for (;;) {
    const { status } = await client.call('GET', `${api.url}/health`)
    const ms = performance.now() - since
    if (status === 200 || ms > 60_000) return ms
    await sleep(50)
  }
}

async function countConnections(world: World): Promise<number> {
  // The pool closes what it no longer uses; what is left behind shows only after that.
  await sleep(1_000)
  const [row] = await queryMain<{ count: number }>(
    world,
    `select count(*)::int as count from pg_stat_activity
     where datname = 'booking' and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  return row?.count ?? 0
}

const slowestOf = (answers: Answer[]): number => Math.max(0, ...answers.map(({ ms }) => ms))
