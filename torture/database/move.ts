import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { thousands } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createService } from '#harness/processes/services.ts'
import { type Crowd, inDataDir, inWorld, QUIET, serviceEnv, type World } from '#harness/world/world.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'

const PEOPLE = 50

export const proof: Proof = {
  name: 'move-data',
  row: 'R19',
  claim: 'Data moves to a PostgreSQL of your own and back: every row equal, ids go on, and so does booking',
  async run({ quick, log, rounds = quick ? 100 : 20_000 }) {
    const crowd = { people: PEOPLE, events: Math.ceil(rounds / PEOPLE) + 2, capacity: PEOPLE }
    return inWorld({ crowds: [crowd] }, async (world) => {
      const history = createHistory(createClient({ connections: 32 }))
      const pairs = allPairs(world.crowds[0] as Crowd)
      await inParallel(take(pairs, rounds), 32, ({ person, eventId }) =>
        history.book(world.api.url, person, eventId),
      )
      await world.api.stop()
      const faults: string[] = []
      const moves: string[] = []
      const move = (dataDir: string, from: string, to: string) => {
        const { ms, output, status } = moveData(dataDir, from, to)
        log(output.trim())
        if (status !== 0) faults.push(output.trim())
        moves.push(`${/Done: (.*)\./.exec(output)?.[1] ?? 'failed'} in ${(ms / 1000).toFixed(1)} s`)
      }
      await inDataDir(undefined, async (away, onClose) => {
        const external = await startEmbeddedPostgres({ dataDir: away, database: 'studio', log: QUIET })
        onClose(external.stop)
        move(world.dataDir, 'embedded', external.url)
        faults.push(...(await goOn(world, pairs, history, { DATABASE_URL: external.url })))
        // Back into an installation that has never been started.
        await inDataDir(undefined, async (home) => {
          move(home, external.url, 'embedded')
          faults.push(...(await goOn(world, pairs, history, { DATA_DIR: home })))
        })
      })
      const booked = history.acknowledged().length
      return {
        ok: faults.length === 0 && booked === rounds + 2,
        figure: `${thousands(booked)} bookings; there: ${moves[0]}; back: ${moves[1]}; faults ${faults.length}${faults[0] ? ` (${faults[0]})` : ''}`,
      }
    })
  },
}

function moveData(dataDir: string, from: string, to: string) {
  const startedAt = performance.now()
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'move-data.ts')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, '--app', 'booking', '--from', from, '--to', to],
    { env: { ...process.env, ...serviceEnv(dataDir) }, encoding: 'utf8' },
  )
  return { status, output: stdout + stderr, ms: performance.now() - startedAt }
}

/** The service on the moved data: knows every booking that was made, and gives the next one the next id. */
async function goOn(
  world: World,
  pairs: ReturnType<typeof allPairs>,
  history: ReturnType<typeof createHistory>,
  env: Record<string, string>,
): Promise<string[]> {
  const port = await freePort()
  const api = createService({
    name: 'moved API',
    entry: 'booking/main.ts',
    port,
    env: { ...serviceEnv(world.dataDir), API_PORT: String(port), CRM_SERVICE_URL: world.proxy.url, ...env },
  })
  await api.start()
  try {
    const known = history.acknowledged()
    const client = createClient({ connections: 8 })
    let unknown = 0
    await inParallel(known, 8, async ({ person, bookingId }) => {
      const { status } = await client.call('GET', `${api.url}/api/bookings/${bookingId}`, {
        token: person.token,
      })
      if (status !== 200) unknown++
    })
    client.close()
    const { value, done } = pairs.next()
    const next = done ? undefined : await history.book(api.url, value.person, value.eventId)
    const lastId = Math.max(...known.map(({ bookingId = 0 }) => bookingId))
    const id = next?.body.booking?.id ?? 0
    return [
      ...(unknown > 0 ? [`${unknown} bookings unknown after the move`] : []),
      // Attempts that were refused use up ids too.
      ...(id > lastId ? [] : [`the next booking has id ${id} after ${lastId}: ${next?.status}`]),
    ]
  } finally {
    await api.stop()
  }
}

function* take<T>(items: Iterator<T>, count: number): Generator<T> {
  for (let i = 0; i < count; i++) {
    const { value, done } = items.next()
    if (done) return
    yield value
  }
}
