import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, percentile, tally } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import type { Service } from '#harness/processes/services.ts'
import { inDataDir } from '#harness/world/data-dir.ts'
import { createApi } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

const REFUSAL_MAX_MS = 2_000
const DEMO = { DEMO_DATA: 'on' }
const DEMO_LOGIN = { email: 'john.doe@example.com', password: 'demo-password-123' }
const DEMO_EVENTS_MIN = 12

export const proof: Proof = {
  name: 'second-process',
  row: 'R7',
  claim:
    'Two starts at once on one data directory share it; a crash leaves nothing that blocks the next start',
  async run({ quick, log, rounds = quick ? 3 : 20 }) {
    const outcomes: string[] = []
    const faults: string[] = []
    const samePort: number[] = []
    const starts: number[] = []
    await inDataDir(undefined, async (dataDir, onClose) => {
      let [one, two] = [await createApi(dataDir, DEMO), await createApi(dataDir, DEMO)]
      onClose(one.kill)
      onClose(two.kill)
      for (let round = 1; round <= rounds; round++) {
        const startedAt = performance.now()
        const outcome = await startBoth(one, two)
        starts.push(performance.now() - startedAt)
        outcomes.push(outcome)
        if (outcome !== 'both healthy') {
          faults.push(outcome)
          break
        }
        samePort.push(await startOnTakenPort(dataDir, one))
        if (!((await works(one)) && (await works(two)))) faults.push('not both work')
        // One goes, by force or in peace: the other must not notice. Then it crashes too and leaves its locks.
        if (round % 2 === 0) await one.kill()
        else if ((await one.stop()).code !== 0) faults.push(`stop with code ${one.exitCode()}`)
        if (!(await works(two)))
          faults.push(`the other one stopped working when one was ${round % 2 ? 'stopped' : 'killed'}`)
        await two.kill()
        ;[one, two] = [two, one]
        if (quick || round % 5 === 0) log(`round ${round} of ${rounds}: ${outcome}, faults ${faults.length}`)
      }
    })
    const slowestRefusal = Math.max(...samePort)
    // On a machine that is busy with other things, a start that succeeds says what can be asked of one that does not.
    const refusalMax = Math.max(REFUSAL_MAX_MS, ...starts)
    return {
      ok: faults.length === 0 && slowestRefusal <= refusalMax,
      figure: [
        tally(outcomes),
        `same port refused after ${inMs(percentile(samePort, 0.5))}, at most ${inMs(slowestRefusal)} (a start: ${inMs(percentile(starts, 0.5))}, at most ${inMs(Math.max(...starts))})`,
        `faults ${faults.length}${faults.length ? ` (${tally(faults)})` : ''}`,
      ],
    }
  },
}

async function startBoth(one: Service, two: Service): Promise<string> {
  const starts = await Promise.allSettled([one.start(), two.start()])
  const failed = starts.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []))
  return failed.length === 0 ? 'both healthy' : `${failed.length} failed: ${failed[0]?.slice(0, 300)}`
}

/** How long a start on a port that is taken needs to say no, in a sentence. */
async function startOnTakenPort(dataDir: string, running: Service): Promise<number> {
  const late = await createApi(dataDir, DEMO, running.port)
  const startedAt = performance.now()
  late.spawn()
  while (late.isRunning()) await sleep(5)
  const isPlain = late.exitCode() === 1 && /already in use/.test(late.output())
  return isPlain ? performance.now() - startedAt : Number.POSITIVE_INFINITY
}

/** Lets somebody log in, who sees the demo events, each once. */
async function works({ url }: Service): Promise<boolean> {
  const client = createClient({ keepAlive: false, timeoutMs: 10_000 })
  const login = await client.call('POST', `${url}/api/auth/login`, { body: DEMO_LOGIN })
  const token = login.body.access_token ?? ''
  const { body } = await client.call('GET', `${url}/api/events/?per_page=100&status=all`, { token })
  return (body.events?.length ?? 0) >= DEMO_EVENTS_MIN && body.events?.length === body.pagination?.total
}
