import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, percentile } from '#harness/load/figures.ts'
import { killProcessesOf } from '#harness/processes/stillpoint-process.ts'
import { inDataDir } from '#harness/world/data-dir.ts'
import { queryOne } from '#harness/world/main-database.ts'
import { createApi } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

const HEALTHY_MAX_MS = 20_000
const DEMO = { DEMO_DATA: 'on' }

export const proof: Proof = {
  name: 'first-boot',
  row: 'R6',
  claim: 'A first start killed at any moment is made good by the next one',
  async run({ quick, log, rounds = quick ? 4 : 40 }) {
    const whole = await inDataDir(undefined, async (dataDir) => {
      const api = await createApi(dataDir, DEMO)
      const ms = await api.start()
      const inventory = await takeInventory(dataDir)
      await api.kill()
      return { ms, inventory }
    })
    log(`undisturbed: ${inMs(whole.ms)}, ${whole.inventory}`)
    const starts: number[] = []
    const faults: string[] = []
    for (let round = 0; round < rounds; round++) {
      // Every second time everything is killed, as in a power cut; otherwise initdb or PostgreSQL lives on.
      const isPowerCut = round % 2 === 1
      const afterMs = (whole.ms * 1.1 * (round + 0.5)) / rounds
      await inDataDir(undefined, async (dataDir) => {
        const api = await createApi(dataDir, DEMO)
        api.spawn()
        await sleep(afterMs)
        if (isPowerCut) await killProcessesOf(dataDir)
        await api.kill()
        const found = await api
          .start()
          .then((ms) => {
            starts.push(ms)
            return takeInventory(dataDir)
          })
          .catch((error: Error) => error.message.slice(0, 300))
        await api.kill()
        if (found !== whole.inventory) faults.push(`killed after ${inMs(afterMs)}: ${found}`)
      })
      if (quick || round % 10 === 9) log(`round ${round + 1} of ${rounds}, faults ${faults.length}`)
    }
    const slowest = percentile(starts, 1)
    return {
      ok: faults.length === 0 && slowest <= HEALTHY_MAX_MS,
      figure: `${rounds} kills over ${inMs(whole.ms * 1.1)}: next start healthy and complete ${rounds - faults.length}/${rounds}, slowest ${inMs(slowest)}${faults[0] ? ` (${faults[0]})` : ''}`,
    }
  },
}

/** What a complete first start leaves, as one line to compare. */
const takeInventory = async (dataDir: string): Promise<string> =>
  JSON.stringify(
    await queryOne(
      { dataDir },
      `select (select count(*)::int from users) as users, (select count(*)::int from facilitators) as facilitators,
              (select count(*)::int from events) as events, (select count(*)::int from bookings) as bookings`,
    ),
  )
