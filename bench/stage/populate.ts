import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '#booking/config.ts'
import { seed } from '#booking/demo/seed-data.ts'
import { openDeps } from '#booking/open-deps.ts'
import { createLogger } from '#shared/lib/logger.ts'
import type { Person } from '../../torture/world.ts'

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
  const { deps, close } = await openDeps(loadConfig(env), createLogger('seed', 'silent'), {
    hasLongStatements: true,
  })
  const events = SPREAD_EVENTS + HOT_EVENTS + BOOKED_EVENTS
  const plan = {
    users: PEOPLE,
    facilitators: FACILITATORS,
    events,
    capacity: PEOPLE,
    bookings: 0,
    hot: false,
  }
  try {
    await seed(deps, { ...plan, tokensFile }, () => {})
    const { rows } = await deps.pool.query<{ id: number }>('select id from events order by start_datetime')
    const ids = rows.map(({ id }) => id)
    const hotFrom = SPREAD_EVENTS + HOT_EVENTS
    const programme = {
      spread: ids.slice(0, SPREAD_EVENTS),
      hot: ids.slice(SPREAD_EVENTS, hotFrom),
      booked: ids.slice(hotFrom),
    }
    return { people: readPeople(tokensFile), programme }
  } finally {
    await close()
  }
}

export const tokensFileIn = (dataDir: string): string => join(dataDir, 'tokens.jsonl')

function readPeople(tokensFile: string): Person[] {
  const lines = readFileSync(tokensFile, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { user_id, access_token } = JSON.parse(line)
    return { id: user_id, token: access_token }
  })
}
