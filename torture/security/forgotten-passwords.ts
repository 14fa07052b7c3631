import { setTimeout as sleep } from 'node:timers/promises'
import {
  accountsSql,
  addressOf,
  askForAll,
  FORGETFUL,
  type Forgetful,
  forget,
  shapeOf,
} from '#harness/attacks/forgotten-passwords.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { inMs, median, outcomes } from '#harness/load/figures.ts'
import { type Answer, type Client, createClient } from '#harness/load/load.ts'
import { areaUnderCurve, mannWhitney } from '#harness/load/rank-test.ts'
import { queryMain } from '#harness/world/main-database.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

/** A guesser who is right this much more often than half the time would be told something. */
const AREA_APART_MAX = 0.08
/** Fewer rounds scatter more. */
const AREA_APART_MAX_QUICK = 0.12
const MEDIANS_APART_MAX_MS = 0.5
/** What the control has to show at least. */
const CONTROL_AREA_APART_MIN = 0.15
const WARM_UP = 20
const FLOOD = 60
/** The promise: so many mails an hour to one account. */
const MAILS_MAX = 5
const SENT_MAX_MS = 8_000
/** The Main API that does the work for known addresses before it answers. */
const TELLING_ENTRY = 'harness/controls/telling-booking.ts'

type Timing = { kind: Forgetful; median: number; area: number; p: number }
type Measured = { timings: Timing[]; shapes: number; statuses: string; floods: Flood[] }
type Flood = { answers: string; mails: number }

export const proof: Proof = {
  name: 'forgotten-passwords',
  row: 'S25',
  claim:
    'Neither answer nor time of a forgotten password tells whether there is such an account, or of what kind it is, and a flood of them sends five mails an hour at most',
  async run({ quick, rounds = quick ? 150 : 1_000, log }) {
    const own = await measure(rounds, log)
    const control = await measure(rounds, log, TELLING_ENTRY)
    const medians = own.timings.map(({ median: own }) => own)
    const apart = Math.max(...medians) - Math.min(...medians)
    const largest = Math.max(...own.timings.map(areaApart))
    const controlArea = areaApart(control.timings.find(({ kind }) => kind === 'known') as Timing)
    const areaMax = quick ? AREA_APART_MAX_QUICK : AREA_APART_MAX
    const [known, unknown] = own.floods as [Flood, Flood]
    const isAlike = own.shapes === 1 && largest <= areaMax && apart <= MEDIANS_APART_MAX_MS
    const isBounded = known.mails <= MAILS_MAX && known.mails > 0 && unknown.mails === 0
    return {
      ok:
        isAlike &&
        isBounded &&
        known.answers === unknown.answers &&
        control.shapes === 1 &&
        controlArea >= CONTROL_AREA_APART_MIN,
      figure: [
        `${own.timings.length} kinds × ${rounds}: ${own.statuses}, different answers ${own.shapes - 1}`,
        `medians ${inMs(Math.min(...medians))}, ${apart.toFixed(2)} ms apart`,
        `area under the curve 0.5 ± ${largest.toFixed(3)}, smallest p ${Math.min(...own.timings.map(({ p }) => p)).toFixed(3)}`,
        `${FLOOD} for one address: ${known.answers}, ${known.mails} mails; without an account ${unknown.answers}`,
        `negative control (works for known addresses only) 0.5 ± ${controlArea.toFixed(3)}`,
        quick && 'quick',
      ],
    }
  },
}

const areaApart = ({ area }: Timing) => Math.abs(area - 0.5)

function measure(rounds: number, log: (line: string) => void, entry?: string): Promise<Measured> {
  let receiver: SmtpReceiver | undefined
  const plan = {
    groups: [],
    apiEnv: { AUTH_RATE_LIMIT: 'on', TRUST_PROXY: '127.0.0.1', MAILS_PER_SECOND: '20' },
    ...(entry && { apiEntry: entry }),
    prepare: async (_dataDir: string, onClose: (close: () => Promise<unknown>) => void) => {
      receiver = await startSmtpReceiver()
      onClose(receiver.close)
      return { SMTP_URL: receiver.url, MAIL_FROM: 'hello@studio.example' }
    },
  }
  return inWorld(plan, async (world) => {
    if (!receiver) throw new Error('There is no mail server')
    // More than are asked for: the last ones are for the flood.
    for (const statement of accountsSql(rounds + WARM_UP + 1).split(';')) await queryMain(world, statement)
    const client = createClient({ connections: 1 })
    const floods = entry ? [] : await flood(world, client, receiver, rounds + WARM_UP)
    const asked = await askForAll(client, world.api.url, rounds, WARM_UP)
    client.close()
    const answersOf = (kind: Forgetful) =>
      asked.filter((each) => each.kind === kind).map(({ answer }) => answer)
    const timings = timingsOf(answersOf)
    for (const { kind, median: own, area, p } of timings)
      log(
        `${entry ? 'control, ' : ''}${kind}: median ${own.toFixed(2)} ms, area ${area.toFixed(3)}, p ${p.toFixed(3)}`,
      )
    const answers = asked.map(({ answer }) => answer)
    return { timings, floods, shapes: new Set(answers.map(shapeOf)).size, statuses: outcomes(answers) }
  })
}

function timingsOf(answersOf: (kind: Forgetful) => Answer[]): Timing[] {
  const msOf = (kind: Forgetful) => answersOf(kind).map(({ ms }) => ms)
  const baseline = msOf('unknown')
  return (Object.keys(FORGETFUL) as Forgetful[]).map((kind) => {
    const values = msOf(kind)
    return {
      kind,
      median: median(values),
      area: areaUnderCurve(values, baseline),
      p: mannWhitney(values, baseline),
    }
  })
}

/** For one address with an account and one without, in several spellings, each time from another network. */
async function flood({ api }: World, client: Client, receiver: SmtpReceiver, n: number): Promise<Flood[]> {
  const floods: Flood[] = []
  for (const [turn, kind] of (['known', 'unknown'] as const).entries()) {
    const email = addressOf(kind, n)
    const spellings = [email, email.toUpperCase(), ` ${email} `, email.replace('@example', '@Example')]
    const answers: Answer[] = []
    for (let i = 0; i < FLOOD; i++) {
      answers.push(
        await forget(client, api.url, spellings[i % spellings.length] ?? email, 0xff0000 + turn * FLOOD + i),
      )
      // Spread over the runs of the job that owes the mails: what comes at once is one mail.
      if (i < 2 * MAILS_MAX) await sleep(1_200)
    }
    await sleep(SENT_MAX_MS)
    const mails = receiver.mails.filter(({ to }) => to === email).length
    floods.push({ answers: outcomes(answers), mails })
  }
  return floods
}
