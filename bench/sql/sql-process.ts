/** Books seats by plain SQL, one transaction each: what one can expect of PostgreSQL without batching. */
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { createLatencies } from '../load/latencies.ts'
import { serveRemote } from '../remote.ts'
import type { SqlPlan, SqlRound, SqlRoundResult } from './sql-booker.ts'

const TAKE_SEAT = `
  update events set current_participants = current_participants + 1, revision = revision + 1
  where id = $1 and status = 'ACTIVE' and start_datetime > now() and current_participants < max_participants
  returning start_datetime, end_datetime`
const INSERT_BOOKING = `
  insert into bookings (user_id, event_id, during) values ($1, $2, tstzrange($3::timestamptz, $4::timestamptz))
  returning id`
const INSERT_MESSAGE = `
  insert into outbox (topic, booking_id, next_attempt_at)
  values ('booking.created', $1, now() + interval '15 seconds')`

let clients: pg.Client[] = []
let nextPair: () => { user: number; event: number } | undefined = () => undefined

serveRemote({
  async open({ url, connections, ...plan }: SqlPlan) {
    nextPair = deal(plan)
    clients = Array.from(
      { length: connections },
      () => new pg.Client({ connectionString: url, types: { getTypeParser: asText } }),
    )
    await Promise.all(clients.map((client) => client.connect()))
  },
  run: (round: SqlRound) => run(round),
  close: () => Promise.all(clients.map((client) => client.end())),
})

async function run({ seconds }: SqlRound): Promise<SqlRoundResult> {
  const latencies = createLatencies()
  const result = { count: 0, unexpected: 0, samples: [] as string[] }
  const usage = process.cpuUsage()
  const beganAt = performance.now()
  const endsAt = beganAt + seconds * 1_000
  const work = async (client: pg.Client) => {
    for (let sentAt = performance.now(); sentAt < endsAt; ) {
      const pair = nextPair()
      if (!pair) throw new Error('Every pair of person and event is booked: seed more')
      const fault = await book(client, pair)
      const now = performance.now()
      if (fault) {
        result.unexpected++
        if (result.samples.length < 3) result.samples.push(fault)
      } else if (now < endsAt) {
        result.count++
        latencies.add(now - sentAt)
      }
      sentAt = now
    }
  }
  const loops = clients.map(work)
  await Promise.all(loops)
  const { user, system } = process.cpuUsage(usage)
  return { ...result, seconds, clientCpuUs: user + system, ...latencies.summary() }
}

/** Undefined when it went well. */
async function book(
  client: pg.Client,
  { user, event }: { user: number; event: number },
): Promise<string | undefined> {
  try {
    await client.query(BEGIN)
    const [seat] = (await client.query({ name: 'take', text: TAKE_SEAT, values: [event], rowMode: 'array' }))
      .rows
    if (!seat) throw new Error('there was no seat')
    const values = [user, event, seat[0], seat[1]]
    const [booking] = (await client.query({ name: 'book', text: INSERT_BOOKING, values, rowMode: 'array' }))
      .rows
    await client.query({ name: 'tell', text: INSERT_MESSAGE, values: [booking?.[0]] })
    await client.query(COMMIT)
    return undefined
  } catch (error) {
    await client.query('rollback')
    return (error as Error).message
  }
}

const BEGIN = 'begin'
const COMMIT = 'commit'

/** Times go back as they came: reading them would only cost. */
const asText = (() => (value: string) => value) as unknown as typeof pg.types.getTypeParser

function deal({ users, events, order }: Omit<SqlPlan, 'url' | 'connections'>) {
  let dealt = 0
  return () => {
    const turn = Math.floor(dealt / users.length)
    const person = dealt % users.length
    if (turn >= events.length) return undefined
    dealt++
    const event = events[order === 'hot' ? turn : (person + turn) % events.length] ?? 0
    return { user: users[person] ?? 0, event }
  }
}
