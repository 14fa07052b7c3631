import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from './tables.ts'

/** What V8 writes with `--cpu-prof`, as far as it is read here. */
export type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

export type SelfTime = { where: string; share: number }

const NOT_OURS = new Set(['(idle)', '(root)'])

/** The functions in which most time was spent, not counting what they called, by their share of all that was not idle. */
export function selfTimes({ nodes, samples, timeDeltas }: Profile, count: number): SelfTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const times = new Map<string, number>()
  let busy = 0
  for (const [i, sample] of samples.entries()) {
    const frame = frames.get(sample)
    if (!frame || NOT_OURS.has(frame.functionName)) continue
    const where = describe(frame)
    const us = timeDeltas[i] ?? 0
    times.set(where, (times.get(where) ?? 0) + us)
    busy += us
  }
  const sorted = [...times].sort(([, a], [, b]) => b - a).slice(0, count)
  return sorted.map(([where, us]) => ({ where, share: us / busy }))
}

/** A table for each profile in the directory. */
export function profileTables(directory: string, count = 15): string[] {
  // Nothing is written by services that were killed.
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => {
      const profile = JSON.parse(readFileSync(join(directory, name), 'utf8')) as Profile
      return table(selfTimes(profile, count), [
        [name, ({ where }) => where, 'text'],
        ['self', ({ share }) => `${(share * 100).toFixed(1)} %`],
      ])
    })
}

function describe({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const path = url.replace(/^file:\/\//, '').replace(/^.*\/node_modules\//, '')
  const place = path.replace(join(import.meta.dirname, '..', '..'), '').replace(/^\//, '')
  return `${functionName || '(anonymous)'}${place && ` ${place}:${lineNumber + 1}`}`
}
