import type { World } from './world/world.ts'

/** Source of a check. `contract`: the published contract. `decision`: a decision of Stillpoint where the contract is silent. */
export type Level = 'contract' | 'decision'

export type Check = { name: string; level: Level; run: Run }

/** The checks of one area by endpoint: `{ 'GET /api/events/': [...] }`. */
export type AreaChecks = Record<string, Check[]>

type Run = (world: World) => Promise<void>

/** Thrown when the server lacks what a check needs (an open event, a login): the check neither passes nor fails. */
export class NotRun extends Error {}

export function contract(name: string, run: Run): Check {
  return { name, level: 'contract', run }
}

export function decision(name: string, run: Run): Check {
  return { name, level: 'decision', run }
}
