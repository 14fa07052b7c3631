import { loadConfig } from '#booking/config.ts'
import { openDeps } from '#booking/open-deps.ts'
import { type SeedPlan, seed } from '#harness/data/seed-data.ts'
import { type Person, readPeople } from '#harness/world/world.ts'
import { createLogger } from '#shared/telemetry/logger.ts'

/** Events one after the other, dealt out to the cases so that none takes another one's seats. */
export type Programme = { spread: number[]; hot: number[]; booked: number[] }

const PEOPLE = 10_000
const SPREAD_EVENTS = 1_000
const HOT_EVENTS = 200
/** Booked before anything is measured, by those whose bookings are read. */
const BOOKED_EVENTS = 12
const FACILITATORS = 5

/** The same people and events in whichever database the environment names. */
export async function populate(
  env: Record<string, string>,
  tokensFile: string,
): Promise<{ people: Person[]; programme: Programme }> {
  const { people, events } = await plant(
    env,
    {
      users: PEOPLE,
      facilitators: FACILITATORS,
      events: SPREAD_EVENTS + HOT_EVENTS + BOOKED_EVENTS,
      capacity: PEOPLE,
      bookings: 0,
      hot: false,
      tokensFile,
    },
    () => {},
  )
  const hotFrom = SPREAD_EVENTS + HOT_EVENTS
  const programme = {
    spread: events.slice(0, SPREAD_EVENTS),
    hot: events.slice(SPREAD_EVENTS, hotFrom),
    booked: events.slice(hotFrom),
  }
  return { people, programme }
}

/** As `npm run seed` does it. Returns the people, the events in order of their start, and how long the seeding took. */
export async function plant(
  env: Record<string, string>,
  plan: SeedPlan & { tokensFile: string },
  progress: (line: string) => void,
): Promise<{ people: Person[]; events: number[]; seconds: number }> {
  const { deps, close } = await openDeps(loadConfig(env), createLogger('seed', 'silent'), {
    hasLongStatements: true,
  })
  try {
    const beganAt = performance.now()
    await seed(deps, plan, progress)
    const seconds = (performance.now() - beganAt) / 1_000
    const { rows } = await deps.databases.pool.query<{ id: number }>(
      'select id from events order by start_datetime',
    )
    return { people: readPeople(plan.tokensFile), events: rows.map(({ id }) => id), seconds }
  } finally {
    await close()
  }
}
