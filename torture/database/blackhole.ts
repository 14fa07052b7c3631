import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTcpProxy, type TcpProxy } from '#harness/faults/fault-proxy-tcp.ts'
import { inSeconds, latency, outcomes, percentile } from '#harness/load/figures.ts'
import { type Answer, atPace, type Client } from '#harness/load/load.ts'
import type { OnClose } from '#harness/world/data-dir.ts'
import { joinEmbedded, queryOne } from '#harness/world/main-database.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { openBookers } from '../history.ts'
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
  run({ quick, log, rounds = quick ? 1 : 10, seconds = quick ? 12 : 30 }) {
    const events = Math.ceil((rounds * (seconds + 15) * PER_SECOND) / 300) + 2
    let line: TcpProxy | undefined
    const prepare = async (dataDir: string, onClose: OnClose) => {
      const { url, proxy } = await proxyToMain(dataDir, onClose)
      line = proxy
      return { DATABASE_URL: url }
    }
    return inWorld({ groups: [{ people: 300, events, capacity: 300 }], prepare }, async (world) => {
      const { client, history, next } = openBookers(world, { connections: 600, timeoutMs: 30_000 })
      const readPage = () =>
        client.call('GET', `${world.api.url}/api/events/`, { token: world.group.people[0]?.token ?? '' })
      const healths: Answer[] = []
      const reads: Answer[] = []
      const recoveries: number[] = []
      const connections: number[] = []
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
        const load = atPace({ perSecond: PER_SECOND, concurrencyMax: 500, isOver }, async () => {
          if (asked++ % 3 === 0) reads.push(await readPage())
          else await next()
        })
        await sleep(seconds * 1_000)
        // Every second time the old connections are gone for good, as when a failover moved the address.
        if (round % 2 === 0) line?.cut()
        isSilent = false
        line?.resume()
        const resumedAt = performance.now()
        await Promise.all([checkHealth, load])
        const recovered = await untilServed(world, client, resumedAt)
        const open = await countConnections(world)
        recoveries.push(recovered)
        connections.push(open)
        log(`round ${round} of ${rounds}: recovered after ${inSeconds(recovered)}, ${open} connections`)
      }
      const afterwards = await Promise.all(Array.from({ length: 60 }, readPage))
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
          `${rounds} silences of ${seconds} s: answers ${outcomes(all)}, slowest ${inSeconds(latency(all, 1))}, bad ${wrong.length}`,
          `/health ${outcomes(healths)}, slowest ${inSeconds(latency(healths, 1))}`,
          `recovered in at most ${inSeconds(percentile(recoveries, 1))}, connections ${connections[0]} → ${connections.at(-1)}`,
          end.words,
        ],
      }
    })
  },
}

/** Makes the embedded PostgreSQL look like one on another machine, with a line that can go dead. */
async function proxyToMain(dataDir: string, onClose: OnClose): Promise<{ url: string; proxy: TcpProxy }> {
  const postgres = await joinEmbedded(join(dataDir, 'booking'), 'booking')
  onClose(postgres.stop)
  const { username, searchParams, port } = new URL(postgres.url)
  const proxy = await startTcpProxy({ path: join(searchParams.get('host') ?? '', `.s.PGSQL.${port}`) })
  onClose(proxy.close)
  return { url: `postgresql://${username}@127.0.0.1:${proxy.port}/booking?sslmode=disable`, proxy }
}

async function untilServed({ api }: World, client: Client, since: number): Promise<number> {
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
  const { count } = await queryOne<{ count: number }>(
    world,
    `select count(*)::int as count from pg_stat_activity
     where datname = 'booking' and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  return count
}
