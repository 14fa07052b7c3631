import { type Area, selectAreas } from './areas.ts'
import type { Level } from './check.ts'
import type { Exchange } from './client.ts'
import { judge, type Outcome, type Result } from './judge.ts'
import { createWorld, type Services, undoAll, type World } from './world/world.ts'

export type Options = Services & {
  /** Also runs the checks of Stillpoint's decisions. */
  decisions?: boolean
  /** Names of areas or parts of them; all by default. */
  only?: string[]
}

export type Report = {
  api: string
  crm: string
  levels: Level[]
  startedAt: string
  milliseconds: number
  passed: number
  failed: number
  notRun: number
  /** Nothing failed, and something passed. */
  ok: boolean
  results: Result[]
}

/** Runs the checks sequentially, because they share people and bookings. */
export async function runConformance(options: Options): Promise<Report> {
  const startedAt = new Date()
  const exchanges: Exchange[] = []
  const world = createWorld(options, (exchange) => exchanges.push(exchange))
  const areas = selectAreas(options.only)
  const levels: Level[] = options.decisions ? ['contract', 'decision'] : ['contract']
  await expectServices(world, areas)
  await expectToken(world, areas)

  const results: Result[] = []
  for (const { area, endpoint, check } of checksOf(areas, levels)) {
    exchanges.length = 0
    const before = performance.now()
    const verdict = await judge(check, world, exchanges)
    const milliseconds = Math.round(performance.now() - before)
    results.push({ area, endpoint, name: check.name, level: check.level, milliseconds, ...verdict })
    await undoAll(world.afterCheck)
  }
  await undoAll(world.afterRun)
  return toReport(options, levels, startedAt, results)
}

function* checksOf(areas: Area[], levels: Level[]) {
  for (const area of areas) {
    for (const endpoint of area.endpoints) {
      for (const check of endpoint.checks) {
        if (levels.includes(check.level)) yield { area: area.name, endpoint: endpoint.name, check }
      }
    }
  }
}

/** Throws when a service cannot be reached, instead of reporting two hundred failures. */
async function expectServices(world: World, areas: Area[]): Promise<void> {
  for (const service of ['main', 'crm'] as const) {
    if (!areas.some((area) => area.name.split('-').includes(service))) continue
    await world[service].get('/health').catch((error: Error) => {
      throw new Error(`Nothing answers at ${world[service].baseUrl}: ${error.message}`, { cause: error })
    })
  }
}

/** Throws when the CRM refuses the token, instead of reporting a failure of each check. */
async function expectToken({ staff }: World, areas: Area[]): Promise<void> {
  if (!areas.some(({ name }) => name.split('-').includes('crm'))) return
  const { status } = await staff.get('/api/bookings')
  if (status !== 401) return
  throw new Error(
    `The CRM at ${staff.baseUrl} refuses the token (401): give its CRM_BEARER_TOKEN with --crm-token. Nothing was checked.`,
  )
}

function toReport(options: Options, levels: Level[], startedAt: Date, results: Result[]): Report {
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length
  const [passed, failed, notRun] = [count('passed'), count('failed'), count('not run')]
  return {
    api: options.api,
    crm: options.crm,
    levels,
    startedAt: startedAt.toISOString(),
    milliseconds: Date.now() - startedAt.getTime(),
    passed,
    failed,
    notRun,
    ok: failed === 0 && passed > 0,
    results,
  }
}
