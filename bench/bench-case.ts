import type { RoundResult } from './load/loader.ts'
import type { Stage } from './stage/stage.ts'

/** One thing that is measured against another, side by side. */
export type BenchCase = {
  /** What it is called on the command line. */
  name: string
  title: string
  against: 'bare node:http' | 'SQL' | 'Express'
  /** The ratio that was asked for; nothing fails when it is missed. */
  target?: number
  /** Everything that has to be there before the first round. */
  prepare(stage: Stage): Promise<Contest>
}

export type Contest = { ours: Side; theirs: Side; close?: () => Promise<void> }

export type Side = {
  run(seconds: number): Promise<SideResult>
  /** The servers that do the work, by their names on the stage; the client is counted apart. */
  servers: string[]
}

/** `note` is for what a rate does not show. */
export type SideResult = Pick<
  RoundResult,
  'count' | 'unexpected' | 'samples' | 'seconds' | 'clientCpuUs' | 'p50Ms' | 'p99Ms'
> & { note?: string }
