import { thousands } from '#harness/load/figures.ts'
import { inParallel } from '#harness/load/load.ts'
import { runScript } from '#harness/processes/run-script.ts'
import { inDataDir } from '#harness/world/data-dir.ts'
import { joinEmbedded } from '#harness/world/main-database.ts'
import { createApi, inWorld, serviceEnv, type World } from '#harness/world/world.ts'
import { type Bookers, openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'

const PEOPLE = 50

export const proof: Proof = {
  name: 'move-data',
  row: 'R19',
  claim: 'Data moves to a PostgreSQL of your own and back: every row equal, ids go on, and so does booking',
  run({ quick, log, rounds = quick ? 100 : 20_000 }) {
    const group = { people: PEOPLE, events: Math.ceil(rounds / PEOPLE) + 2, capacity: PEOPLE }
    return inWorld({ groups: [group] }, async (world) => {
      const bookers = openBookers(world, { connections: 32 })
      await inParallel(Array.from({ length: rounds }), 32, () => bookers.next())
      await world.api.stop()
      const faults: string[] = []
      const moves: string[] = []
      const move = async (dataDir: string, from: string, to: string) => {
        const words = ['--app', 'booking', '--from', from, '--to', to]
        const env = serviceEnv(dataDir)
        const { code, output, errors, ms } = await runScript('scripts/move-data.ts', words, { env })
        log(`${output}${errors}`)
        if (code !== 0) faults.push(output + errors)
        moves.push(`${/Done: (.*)\./.exec(output)?.[1] ?? 'failed'} in ${(ms / 1000).toFixed(1)} s`)
      }
      await inDataDir(undefined, async (away, onClose) => {
        const external = await joinEmbedded(away, 'studio')
        onClose(external.stop)
        await move(world.dataDir, 'embedded', external.url)
        faults.push(...(await goOn(world, bookers, { DATABASE_URL: external.url })))
        // Back into an installation that has never been started.
        await inDataDir(undefined, async (home) => {
          await move(home, external.url, 'embedded')
          faults.push(...(await goOn(world, bookers, { DATA_DIR: home })))
        })
      })
      const booked = bookers.history.acknowledged().length
      return {
        ok: faults.length === 0 && booked === rounds + 2,
        figure: `${thousands(booked)} bookings; there: ${moves[0]}; back: ${moves[1]}; faults ${faults.length}${faults[0] ? ` (${faults[0]})` : ''}`,
      }
    })
  },
}

/** The service on the moved data: knows every booking that was made, and gives the next one the next id. */
async function goOn(
  { dataDir, proxy }: World,
  { client, history, next }: Bookers,
  env: Record<string, string>,
): Promise<string[]> {
  const api = await createApi(dataDir, { CRM_SERVICE_URL: proxy.url, ...env })
  await api.start()
  try {
    const known = history.acknowledged()
    let unknown = 0
    await inParallel(known, 8, async ({ person: { token }, bookingId }) => {
      const { status } = await client.call('GET', `${api.url}/api/bookings/${bookingId}`, { token })
      if (status !== 200) unknown++
    })
    const attempt = await next(api.url)
    const lastId = Math.max(...known.map(({ bookingId = 0 }) => bookingId))
    const id = attempt?.bookingId ?? 0
    return [
      ...(unknown > 0 ? [`${unknown} bookings unknown after the move`] : []),
      // Attempts that were refused use up ids too.
      ...(id > lastId ? [] : [`the next booking has id ${id} after ${lastId}: ${attempt?.answer.status}`]),
    ]
  } finally {
    await api.stop()
  }
}
