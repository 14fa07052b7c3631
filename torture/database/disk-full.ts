import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inSeconds, tally } from '#harness/load/figures.ts'
import { type Answer, atPace } from '#harness/load/load.ts'
import type { OnClose } from '#harness/world/data-dir.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { stopAbandonedServer } from '#shared/db/embedded/leave.ts'
import { auditAll } from '../audit.ts'
import { type Bookers, openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'

const DISK_MB = 160
const PER_SECOND = 100
const RECOVERY_MAX_MS = 10_000

export const proof: Proof = {
  name: 'disk-full',
  row: 'R14',
  claim: 'On a full disk bookings are refused with 503 and reads go on; with space again, so do bookings',
  async run({ quick, log, seconds = quick ? 10 : 60 }) {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      return {
        ok: false,
        figure: 'not run: it needs Linux and root, to give the database a small disk of its own',
      }
    const group = { people: 500, events: Math.ceil((3 * seconds * PER_SECOND) / 500) + 2, capacity: 500 }
    return inWorld({ groups: [group], prepare: onSmallDisk }, async (world) => {
      const bookers = openBookers(world, { connections: 64, timeoutMs: 20_000 })
      const filler = join(world.dataDir, 'booking', 'filler')
      const run = async (name: string) => {
        const answers = await askFor(seconds, world, bookers)
        log(`${name}: bookings ${told(answers.booked)}; reads ${told(answers.read)}`)
        return answers
      }
      const before = await run('with space')
      fill(filler)
      const during = await run('full')
      // What PostgreSQL itself had to say about it, for whom a read that failed has to be explained to.
      for (const line of complaintsOf(world)) log(line)
      rmSync(filler)
      const recoveredMs = await untilBooked(bookers)
      const after = await run('with space again')
      bookers.client.close()
      const isRefused = ({ status, body }: Answer) => status === 503 && body.code
      const wrong = during.booked.filter((answer) => answer.status !== 201 && !isRefused(answer))
      const unread = during.read.filter(({ status }) => status !== 200)
      const end = await auditAll(world, bookers.history)
      return {
        ok:
          during.booked.some(isRefused) &&
          wrong.length + unread.length === 0 &&
          recoveredMs <= RECOVERY_MAX_MS &&
          after.booked.every(({ status }) => status === 201) &&
          end.isSound,
        figure: [
          `bookings ${told(before.booked)} with space, ${told(during.booked)} on the full disk, ${told(after.booked)} afterwards`,
          `reads meanwhile ${told(during.read)}`,
          `books again ${inSeconds(recoveredMs)} after there is space`,
          end.words,
        ],
      }
    })
  },
}

async function onSmallDisk(dataDir: string, onClose: OnClose): Promise<Record<string, string>> {
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

/** Books and reads at a steady pace. */
async function askFor(seconds: number, { api, group }: World, { client, next }: Bookers) {
  const token = group.people[0]?.token ?? ''
  const booked: Answer[] = []
  const read: Answer[] = []
  const endAt = performance.now() + seconds * 1_000
  const pace = { perSecond: PER_SECOND, concurrencyMax: 64, isOver: () => performance.now() > endAt }
  let asked = 0
  await atPace(pace, async () => {
    if (asked++ % 3 === 0) {
      read.push(await client.call('GET', `${api.url}/api/events/?page=${1 + (asked % 5)}`, { token }))
      return
    }
    const attempt = await next()
    if (attempt) booked.push(attempt.answer)
  })
  return { booked, read }
}

/** How long it took from now until somebody could book, or a minute. */
async function untilBooked({ next }: Bookers): Promise<number> {
  const since = performance.now()
  for (;;) {
    const attempt = await next()
    const ms = performance.now() - since
    if (attempt?.answer.status === 201 || ms > 60_000) return ms
    await sleep(50)
  }
}

const told = (answers: Answer[]): string =>
  tally(
    answers.map(
      ({ status, fault, body }) => fault ?? (status === 503 ? `503 ${body.code ?? 'without code'}` : status),
    ),
  )
