/** Sends one round of requests when it is asked to, in a process of its own, and reports what came back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { serveRemote } from '../remote.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Round, RoundResult } from './loader.ts'
import { createTally } from './tally.ts'
import { createTraffic, type NextRequest, type Traffic } from './traffic.ts'

const traffics = new Map<string, NextRequest>()
const DRAIN_MAX_MS = 10_000

serveRemote({
  prepare({ name, traffic }: { name: string; traffic: Traffic }) {
    traffics.set(name, createTraffic(traffic))
  },
  run: (round: Round) => run(round),
})

async function run({ traffic, url, connections, seconds, perSecond, expect }: Round): Promise<RoundResult> {
  const next = traffics.get(traffic)
  if (!next) throw new Error(`No traffic named ${traffic} was prepared`)
  const tally = createTally(expect)
  const state = { isOver: false, isExhausted: false, busy: 0 }
  const sendNext = (connection: Connection) => {
    const request = state.isOver ? undefined : next()
    if (request !== undefined) {
      state.busy++
      connection.send(request)
    } else if (!state.isOver) state.isExhausted = true
  }
  const opening = Array.from({ length: connections }, () =>
    openConnection(new URL(url), (connection, answer) => {
      state.busy--
      // At a pace everything that was sent counts: what is still under way at the end is no pace that was missed.
      if (!state.isOver || perSecond !== undefined) tally.add(answer)
      // A lost connection is not replaced: there is a fault to look at, and no rate to be proud of.
      if (perSecond === undefined && connection.isFree()) sendNext(connection)
    }),
  )
  const opened = await Promise.all(opening)
  const usage = process.cpuUsage()
  const beganAt = performance.now()
  if (perSecond === undefined) {
    for (const connection of opened) sendNext(connection)
    await sleep(seconds * 1_000)
  } else {
    await sendAtPace(opened, sendNext, { perSecond, seconds })
  }
  const elapsedMs = performance.now() - beganAt
  const { user, system } = process.cpuUsage(usage)
  state.isOver = true
  const deadline = performance.now() + DRAIN_MAX_MS
  while (state.busy > 0 && performance.now() < deadline) await sleep(5)
  for (const connection of opened) connection.close()
  if (state.isExhausted) throw new Error(`${traffic}: there was nothing left to send; seed more`)
  return { ...tally.result(), seconds: elapsedMs / 1_000, clientCpuUs: user + system }
}

/** By the clock, whether or not earlier answers have come; what finds no free connection waits for the next tick. */
async function sendAtPace(
  opened: Connection[],
  sendNext: (connection: Connection) => void,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<void> {
  const beganAt = performance.now()
  for (let sent = 0; ; ) {
    const elapsed = performance.now() - beganAt
    if (elapsed >= seconds * 1_000) return
    const due = Math.floor((elapsed / 1_000) * perSecond) - sent
    const free = opened.filter((connection) => connection.isFree()).slice(0, due)
    for (const connection of free) sendNext(connection)
    sent += free.length
    await sleep(1)
  }
}
