import { setTimeout as sleep } from 'node:timers/promises'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { inSeconds } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { randomFrom } from '#harness/load/random.ts'
import { queryMain } from '#harness/world/main-database.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import type { Proof, ProofContext } from '../proof.ts'

const MAILS = 500
const MAILS_QUICK = 100
/** Slower than one process could, so that every kill finds mails in flight. */
const MAILS_A_SECOND = 60
const SERVER_MS = 30
/** Two leases. */
const COMPLETE_MAX_MS = 150_000
/** So long before a kill the answer to a mail may have gone unnoticed: it is noted in the database only after it. */
const UNNOTED_MAX_MS = 2_000
/** No process sends earlier after its start: what arrives before was still in a connection of the one before it. */
const FIRST_SEND_MIN_MS = 800
/** As many as a process sends at a time. */
const UNNOTED_MAX = 5

export const proof: Proof = {
  name: 'mail-kills',
  row: 'M1',
  claim:
    'kill -9 of the API amid owed mails loses none, and sends none twice but where the acceptance of the first could not be noted',
  run(context) {
    const { quick, log, rounds = quick ? 3 : 10 } = context
    const people = quick ? MAILS_QUICK : MAILS
    let receiver: SmtpReceiver | undefined
    const plan = {
      groups: [{ people, events: 1, capacity: people }],
      prepare: async (_dataDir: string, onClose: (close: () => Promise<unknown>) => void) => {
        receiver = await startSmtpReceiver()
        onClose(receiver.close)
        const MAIL_FROM = 'hello@studio.example'
        return { SMTP_URL: receiver.url, MAIL_FROM, MAILS_PER_SECOND: String(MAILS_A_SECOND) }
      },
    }
    return inWorld(plan, async (world) => {
      if (!receiver) throw new Error('There is no mail server')
      receiver.conduct = () => ({ acceptAfterMs: SERVER_MS })
      const booked = await bookAll(world)
      const kills = await killAmid(world, receiver, { ...context, rounds }, booked)
      const beganAt = performance.now()
      const rows = await untilAllSent(world, booked)
      log(`all noted as sent ${inSeconds(performance.now() - beganAt)} after the last start`)
      return judge(rows, receiver, kills, { booked, people })
    })
  },
}

/** When a process was killed, and when the next one was started. */
type Kill = { atMs: number; startMs: number }

type MailRow = { id: number; status: string; attempts: number; email: string }

async function bookAll({ api, group }: World): Promise<number> {
  const client = createClient()
  const [event_id] = group.events
  let booked = 0
  await inParallel(group.people, 16, async ({ token }) => {
    const { status } = await client.call('POST', `${api.url}/api/bookings/`, { token, body: { event_id } })
    if (status === 201) booked++
  })
  client.close()
  return booked
}

/**
 * The first kill comes while the mails are being planned, each other one when its share of them has arrived: every second of
 * these after the server has taken a mail, and before it says so.
 */
async function killAmid(
  { api }: World,
  receiver: SmtpReceiver,
  { seed, log, rounds }: ProofContext & { rounds: number },
  mails: number,
): Promise<Kill[]> {
  const random = randomFrom(seed)
  const kills: Kill[] = []
  const kill = async () => {
    const atMs = performance.now()
    await api.kill()
    kills.push({ atMs, startMs: performance.now() })
    await api.start()
    log(`kill ${kills.length} of ${rounds}, ${receiver.mails.length} mails have arrived`)
  }
  await sleep(random() * 1_500)
  await kill()
  for (let round = 1; round < rounds; round++) {
    const share = ((round - random() / 2) / rounds) * mails
    while (receiver.mails.length < share) await sleep(5)
    if (round % 2 === 0) await kill()
    else await killBeforeTheAnswer(receiver, kill)
  }
  return kills
}

async function killBeforeTheAnswer(receiver: SmtpReceiver, kill: () => Promise<void>): Promise<void> {
  const killed = Promise.withResolvers<void>()
  const usual = receiver.conduct
  receiver.conduct = () => {
    receiver.conduct = usual
    kill().then(killed.resolve, killed.reject)
    return 'accept and drop before the answer'
  }
  await killed.promise
}

async function untilAllSent(world: World, booked: number): Promise<MailRow[]> {
  const beganAt = performance.now()
  for (;;) {
    const rows = await queryMain<MailRow>(
      world,
      `select mails.id, status, attempts, coalesce(sent_to, email) as email
       from mails join users on users.id = user_id where kind = 'booking-confirmed'`,
    )
    const isDone = rows.length >= booked && rows.every(({ status }) => status === 'sent')
    if (isDone || performance.now() - beganAt > COMPLETE_MAX_MS) return rows
    await sleep(1_000)
  }
}

function judge(
  rows: MailRow[],
  receiver: SmtpReceiver,
  kills: Kill[],
  { booked, people }: { booked: number; people: number },
) {
  const arrivals = Map.groupBy(receiver.mails, ({ to }) => to)
  const lost = rows.filter(({ email }) => !arrivals.has(email)).length + Math.max(0, booked - rows.length)
  const doubled = [...arrivals.values()].filter((mails) => mails.length > 1)
  const isUnnoted = (arrivedMs: number) =>
    kills.some(
      ({ atMs, startMs }) => arrivedMs > atMs - UNNOTED_MAX_MS && arrivedMs < startMs + FIRST_SEND_MIN_MS,
    )
  const unexplained = doubled.filter((mails) => mails.slice(0, -1).some(({ atMs }) => !isUnnoted(atMs)))
  const otherIds = doubled.filter((mails) => new Set(mails.map(({ id }) => id)).size > 1)
  const unsent = rows.filter(({ status }) => status !== 'sent').length
  const isClean =
    lost + unexplained.length + otherIds.length + unsent === 0 && doubled.length <= kills.length * UNNOTED_MAX
  return {
    ok: isClean && booked === people && rows.length === booked,
    figure: [
      `${kills.length} kills amid ${booked} owed mails`,
      `lost ${lost}`,
      `not noted as sent ${unsent}`,
      `twice ${doubled.length}, of which not in flight at a kill ${unexplained.length}, with another Message-ID ${otherIds.length}`,
    ],
  }
}
