import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inSeconds, tally } from '#harness/load/figures.ts'
import { type Answer, atPace, createClient } from '#harness/load/load.ts'
import { type Crowd, inWorld, type World } from '#harness/world/world.ts'
import { stopAbandonedServer } from '#shared/db/embedded/leave.ts'
import { auditAll } from '../audit.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'

const DISK_MB = 160
const PER_SECOND = 100
const RECOVERY_MAX_MS = 10_000

export const proof: Proof = {
  name: 'disk-full',
  row: 'R14',
  claim: 'On a full disk bookings are refused with 503 and reads go on; with space again, so do bookings',
  async run({ quick, log, seconds = quick ? 10 : 60 }) {
    const whyNot = cannotMount()
    if (whyNot) return { ok: false, figure: `not run: ${whyNot}` }
    const crowd = { people: 500, events: Math.ceil((3 * seconds * PER_SECOND) / 500) + 2, capacity: 500 }
    return inWorld({ crowds: [crowd], prepare: onSmallDisk }, async (world) => {
      const client = createClient({ connections: 64, timeoutMs: 20_000 })
      const history = createHistory(client)
      const pairs = allPairs(world.crowds[0] as Crowd)
      const filler = join(world.dataDir, 'booking', 'filler')
      const run = (name: string) => askFor({ seconds, name, log, world, client, history, pairs })
      const before = await run('with space')
      fill(filler)
      const during = await run('full')
      // What PostgreSQL itself had to say about it, for whoever has to explain a read that failed.
      for (const line of complaintsOf(world)) log(line)
      rmSync(filler)
      const freedAt = performance.now()
      const recoveredMs = await untilBooked(world.api.url, history, pairs, freedAt)
      const after = await run('with space again')
      client.close()
      const wrong = during.booked.filter(
        ({ status, body }) => status !== 201 && !(status === 503 && body.code),
      )
      const refused = during.booked.filter(({ status }) => status === 503)
      const unread = during.read.filter(({ status }) => status !== 200)
      const end = await auditAll(world, history)
      return {
        ok:
          refused.length > 0 &&
          wrong.length + unread.length === 0 &&
          recoveredMs <= RECOVERY_MAX_MS &&
          after.booked.every(({ status }) => status === 201) &&
          end.isSound,
        figure: [
          `bookings ${told(before.booked)} with space, ${told(during.booked)} on the full disk, ${told(after.booked)} afterwards`,
          `reads meanwhile ${told(during.read)}`,
          `books again ${inSeconds(recoveredMs)} after there is space`,
          end.words,
        ].join('; '),
      }
    })
  },
}

function cannotMount(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux, to give the database a small disk of its own'
  if (process.getuid?.() !== 0) return 'it needs root, to give the database a small disk of its own'
  return undefined
}

async function onSmallDisk(
  dataDir: string,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<Record<string, string>> {
  const place = join(dataDir, 'booking')
  mkdirSync(place)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'stillpoint-torture', place])
  onClose(async () => {
    await stopAbandonedServer(place).catch(() => {})
    execFileSync('umount', ['--lazy', place])
  })
  return {}
}

function complaintsOf({ dataDir }: World): string[] {
  const lines = readFileSync(join(dataDir, 'booking', 'postgres.log'), 'utf8').split('\n')
  return lines.filter((line) => /PANIC|FATAL|crash|terminated by signal/.test(line)).slice(-10)
}

function fill(path: string): void {
  const piece = Buffer.alloc(64 * 1024)
  try {
    for (let i = 0; i < DISK_MB * 16; i++) appendFileSync(path, piece)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

type Asking = {
  seconds: number
  name: string
  log(line: string): void
  world: World
  client: ReturnType<typeof createClient>
  history: ReturnType<typeof createHistory>
  pairs: ReturnType<typeof allPairs>
}

async function askFor({ seconds, name, log, world, client, history, pairs }: Asking) {
  const api = world.api.url
  const token = world.crowds[0]?.people[0]?.token ?? ''
  const booked: Answer[] = []
  const read: Answer[] = []
  const endAt = performance.now() + seconds * 1_000
  let asked = 0
  await atPace(
    { perSecond: PER_SECOND, concurrencyMax: 64, isOver: () => performance.now() > endAt },
    async () => {
      if (asked++ % 3 === 0)
        return void read.push(
          await client.call('GET', `${api}/api/events/?page=${1 + (asked % 5)}`, { token }),
        )
      const { value, done } = pairs.next()
      if (!done) booked.push(await history.book(api, value.person, value.eventId))
    },
  )
  log(`${name}: bookings ${told(booked)}; reads ${told(read)}`)
  return { booked, read }
}

async function untilBooked(
  api: string,
  history: Asking['history'],
  pairs: Asking['pairs'],
  since: number,
): Promise<number> {
  for (;;) {
    const { value, done } = pairs.next()
    const answer = done ? undefined : await history.book(api, value.person, value.eventId)
    const ms = performance.now() - since
    if (answer?.status === 201 || ms > 60_000) return ms
    await sleep(50)
  }
}

const told = (answers: Answer[]): string =>
  tally(
    answers.map(
      ({ status, fault, body }) => fault ?? (status === 503 ? `503 ${body.code ?? 'without code'}` : status),
    ),
  )
