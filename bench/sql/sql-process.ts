/** Books seats by plain SQL, one transaction each: what one can expect of PostgreSQL without batching. */

import { type Deal, deal } from '#harness/load/deal.ts'
import { createLatencies } from '../load/latencies.ts'
import { serveRemote } from '../remote.ts'
import { openPostgres, type PostgresConnection } from './postgres-connection.ts'
import type { SqlPlan, SqlRoundResult } from './sql-booker.ts'

const STATEMENTS = {
  begin: 'begin',
  take: `
    update events set current_participants = current_participants + 1, revision = revision + 1
    where id = $1 and status = 'ACTIVE' and start_datetime > now() and current_participants < max_participants
    returning start_datetime, end_datetime`,
  book: `
    insert into bookings (user_id, event_id, during) values ($1, $2, tstzrange($3, $4))
    returning id`,
  tell: `
    insert into outbox (topic, booking_id, next_attempt_at)
    values ('booking.created', $1, now() + interval '15 seconds')`,
  commit: 'commit',
  account: `
    select users.*, array(select id from ended_sessions where user_id = users.id) as ended from users where id = $1`,
  page: `
    select bookings.*, events.title, events.event_type, events.start_datetime
    from bookings join events on events.id = event_id
    where bookings.user_id = $1 order by bookings.id desc limit 10`,
  count: 'select count(*) from bookings join events on events.id = event_id where bookings.user_id = $1',
}
const SAMPLES_MAX = 3

let connections: PostgresConnection[] = []
let nextPair: Deal = () => undefined

serveRemote({
  async open({ url, connections: count, ...plan }: SqlPlan) {
    nextPair = deal(plan)
    connections = await Promise.all(Array.from({ length: count }, () => open(url)))
  },
  run: ({ seconds }: { seconds: number }) => run(seconds, book),
  read: ({ seconds }: { seconds: number }) => run(seconds, read),
  close() {
    for (const connection of connections) connection.close()
  },
})

async function open(url: string): Promise<PostgresConnection> {
  const connection = await openPostgres(url)
  for (const [name, text] of Object.entries(STATEMENTS)) await connection.prepare(name, text)
  return connection
}

async function run(seconds: number, one: Work): Promise<SqlRoundResult> {
  const latencies = createLatencies()
  const result = { count: 0, unexpected: 0, samples: [] as string[] }
  const usage = process.cpuUsage()
  const endsAt = performance.now() + seconds * 1_000
  const work = async (connection: PostgresConnection) => {
    for (let sentAt = performance.now(); sentAt < endsAt; ) {
      const pair = nextPair()
      if (!pair) throw new Error('Everybody has booked everything: seed more')
      const fault = await one(connection, pair)
      const now = performance.now()
      if (fault) {
        result.unexpected++
        if (result.samples.length < SAMPLES_MAX) result.samples.push(fault)
      } else if (now < endsAt) {
        result.count++
        latencies.add(now - sentAt)
      }
      sentAt = now
    }
  }
  await Promise.all(connections.map(work))
  const { user, system } = process.cpuUsage(usage)
  return { ...result, seconds, clientCpuUs: user + system, ...latencies.summary() }
}

/** Undefined when it went well. */
type Work = (
  connection: PostgresConnection,
  pair: { person: number; event: number },
) => Promise<string | undefined>

const read: Work = async (connection, { person }) => {
  for (const name of ['account', 'page', 'count']) await connection.run(name, [String(person)])
  return undefined
}

const book: Work = async (connection, { person, event }) => {
  const [user_id, event_id] = [String(person), String(event)]
  try {
    await connection.run('begin', [])
    const [start, end] = await connection.run('take', [event_id])
    if (start === undefined || end === undefined) throw new Error('there was no seat')
    const [booking_id] = await connection.run('book', [user_id, event_id, start, end])
    await connection.run('tell', [booking_id ?? ''])
    await connection.run('commit', [])
    return undefined
  } catch (error) {
    // In a transaction that has failed, a commit rolls back.
    await connection.run('commit', [])
    return (error as Error).message
  }
}
