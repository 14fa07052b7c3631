import { join } from 'node:path'
import { type Remote, startRemote } from '../remote.ts'
import type { Expected, TallyResult } from './tally.ts'
import type { Traffic } from './traffic.ts'

export type Round = {
  /** What was prepared under this name goes on where the last round stopped. */
  traffic: string
  url: string
  connections: number
  seconds: number
  /** Left out: as fast as answers come back. */
  perSecond?: number
  expect: Expected
}

export type RoundResult = TallyResult & { seconds: number; clientCpuUs: number }

/** The client: a process of its own, the same for whatever is measured. */
export type Loader = {
  pid: number
  prepare(name: string, traffic: Traffic): Promise<void>
  run(round: Round): Promise<RoundResult>
  stop(): Promise<void>
}

export function startLoader(): Loader {
  const remote: Remote = startRemote(join(import.meta.dirname, 'load-process.ts'))
  return {
    pid: remote.pid,
    prepare: (name, traffic) => remote.ask('prepare', { name, traffic }),
    run: (round) => remote.ask('run', round),
    stop: remote.stop,
  }
}
