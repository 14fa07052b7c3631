/** Loaded before the Main API (`node --import`): writes once a second how long its event loop was held up. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 5
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
const file = join(process.env.DATA_DIR ?? '.', 'event-loop.json')

setInterval(() => {
  // The first seconds are the start-up, which is no answer to anybody.
  const p99 = delay.percentile(99) / 1e6 - RESOLUTION_MS
  writeFileSync(`${file}.next`, JSON.stringify({ p99, max: delay.max / 1e6 - RESOLUTION_MS }))
  renameSync(`${file}.next`, file)
}, 1_000).unref()
setTimeout(() => delay.reset(), 5_000).unref()
