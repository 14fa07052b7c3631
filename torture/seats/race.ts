import { outcomes } from '#harness/load/figures.ts'
import type { Answer, Client } from '#harness/load/load.ts'
import { queryOne } from '#harness/world/main-database.ts'
import type { Person, World } from '#harness/world/world.ts'

/** How it ended when everybody wanted the seats of one event at once. No faults: all were sold, none twice. */
export type Race = { sold: number; answers: Answer[]; faults: string[] }

/** All at once, in turn to each of the processes; the connections are the only limit. */
export async function raceFor(
  world: World,
  client: Client,
  eventId: number,
  { people, capacity }: { people: Person[]; capacity: number },
): Promise<Race> {
  const answers = await Promise.all(
    people.map(({ token }, i) =>
      client.call('POST', `${world.apis[i % world.apis.length]?.url}/api/bookings/`, {
        token,
        body: { event_id: eventId },
      }),
    ),
  )
  const { counter, rows } = await queryOne<{ counter: number; rows: number }>(
    world,
    `select current_participants as counter, (select count(*)::int from bookings
     where event_id = events.id and status <> 'CANCELLED') as rows from events where id = ${eventId}`,
  )
  const sold = answers.filter(({ status }) => status === 201).length
  const wanted = Math.min(capacity, people.length)
  const others = answers.filter(({ status }) => status !== 201 && status !== 409)
  const faults = [
    sold > wanted && `oversold ${sold - wanted}`,
    sold < wanted && `unsold ${wanted - sold}`,
    others.length > 0 && `other answers: ${outcomes(others)}`,
    counter !== sold && `counter ${counter} for ${sold} sold`,
    rows !== sold && `${rows} rows for ${sold} sold`,
  ].filter((fault) => fault !== false)
  return { sold, answers, faults }
}
