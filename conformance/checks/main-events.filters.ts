import { type Check, contract, decision, NotRun } from '../check.ts'
import type { Query } from '../client.ts'
import type { Event } from '../contract/models.ts'
import { expectCodedError, expectThat } from '../expect.ts'
import { askForEvents, type EventList, listEvents } from '../world/events.ts'
import { openEvents } from '../world/seats.ts'
import type { World } from '../world/world.ts'

/** Filters of `GET /api/events/`. */
export const eventFilters: Check[] = [
  ...['session', 'retreat'].map((type) =>
    contract(`lists only ${type}s with type=${type}`, async (world) => {
      await listOnly(world, { type }, (event) => event.event_type === type.toUpperCase())
    }),
  ),
  contract('finds every event among the sessions or the retreats', async (world) => {
    const all = await listEvents(world)
    const sessions = await listEvents(world, { type: 'session' })
    const retreats = await listEvents(world, { type: 'retreat' })
    expectTotal(retreats, all.total - sessions.total)
  }),
  contract('lists only the events of the facilitator asked for', async (world) => {
    const [{ facilitator }] = await openEvents(world)
    const isTheirs = (event: Event) => event.facilitator.id === facilitator.id
    const { answer, total } = await listOnly(world, { facilitator_id: facilitator.id }, isTheirs)
    expectThat(answer, total > 0, 'at least one event', 'none')
  }),
  contract('lists only active events, with status=active and without', async (world) => {
    const isActive = (event: Event) => event.status === 'ACTIVE'
    const { total } = await listOnly(world, {}, isActive)
    expectTotal(await listOnly(world, { status: 'active' }, isActive), total)
  }),
  contract('finds an event by its title', async (world) => {
    const [event] = await openEvents(world)
    await find(world, event.title, event)
  }),
  contract('finds an event by words of its description', async (world) => {
    const event = (await openEvents(world)).find(({ description }) => description)
    if (!event?.description) throw new NotRun('no open event has a description')
    await find(world, event.description.slice(0, 30).trim(), event)
  }),
  contract('finds nothing for words that are nowhere', async (world) => {
    expectTotal(await listEvents(world, { search: 'zzz-no-such-words-zzz' }), 0)
  }),
  contract('combines its filters', async (world) => {
    const [event] = await openEvents(world)
    const type = event.event_type === 'SESSION' ? 'retreat' : 'session'
    const isOther = (other: Event) => other.id !== event.id && other.event_type === type.toUpperCase()
    await listOnly(world, { type, facilitator_id: event.facilitator.id, search: event.title }, isOther)
  }),

  decision('searches without regard to case', async (world) => {
    const [event] = await openEvents(world)
    await find(world, event.title.toUpperCase(), event)
    await find(world, event.title.toLowerCase(), event)
  }),
  decision('takes % and _ in a search literally', async (world) => {
    for (const sign of ['%', '_']) await listOnly(world, { search: sign }, mentions(sign))
  }),
  decision('takes type and status in any case', async (world) => {
    const { total } = await listEvents(world, { type: 'session', status: 'active' })
    expectTotal(await listEvents(world, { type: 'SESSION', status: 'Active' }), total)
  }),
  decision('lists cancelled and completed events on request', async (world) => {
    for (const status of ['cancelled', 'completed']) {
      await listOnly(world, { status }, (event) => event.status === status.toUpperCase())
    }
  }),
  decision('lists events of every status with status=all', async (world) => {
    const active = await listEvents(world)
    const all = await listOnly(world, { status: 'all' }, hasDecidedStatus)
    expectThat(all.answer, all.total >= active.total, `at least ${active.total} events`, `${all.total}`)
  }),
  ...[{ type: 'concert' }, { status: 'open' }, { facilitator_id: 'jane' }].map((query) =>
    decision(`refuses the filter ${new URLSearchParams(query)}`, async (world) => {
      expectCodedError(await askForEvents(world, query), 400)
    }),
  ),
]

async function listOnly(world: World, query: Query, fits: (event: Event) => boolean): Promise<EventList> {
  const found = await listEvents(world, query)
  const misfits = found.events.filter((event) => !fits(event)).map(({ id }) => id)
  expectThat(
    found.answer,
    misfits.length === 0,
    'only events that match',
    `also events ${misfits.join(', ')}`,
  )
  return found
}

/** The event may be on a later page when there are more matches than one page holds. */
async function find(world: World, search: string, event: Event): Promise<void> {
  const { answer, events, isWhole } = await listOnly(world, { search }, mentions(search))
  const isThere = events.some(({ id }) => id === event.id)
  expectThat(answer, isThere || !isWhole, `event ${event.id} among the matches`, 'matches without it')
}

function expectTotal({ answer, total }: EventList, wanted: number): void {
  expectThat(answer, total === wanted, `${wanted} events in total`, `${total}`)
}

function mentions(words: string): (event: Event) => boolean {
  return ({ title, description }) =>
    `${title}\n${description ?? ''}`.toLowerCase().includes(words.toLowerCase())
}

function hasDecidedStatus({ status }: Event): boolean {
  return ['ACTIVE', 'CANCELLED', 'COMPLETED'].includes(status)
}
