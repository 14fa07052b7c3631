/** Sends one round of requests when it is asked to, in a process of its own, and reports what came back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { serveRemote } from '../remote.ts'
import { type Connection, openConnection } from './connection.ts'
import { createLatencies } from './latencies.ts'
import type { Round, RoundResult } from './loader.ts'
import { createTraffic, type NextRequest, type Traffic } from './traffic.ts'

const traffics = new Map<string, NextRequest>()
const SAMPLES_MAX = 3
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
  const latencies = createLatencies()
  const result = { count: 0, withText: 0, unexpected: 0, samples: [] as string[] }
  const text = expect.text === undefined ? undefined : Buffer.from(expect.text)
  let isOver = false
  let isExhausted = false
  let busy = 0
  let beganAt = 0

  const sendNext = (connection: Connection) => {
    const request = next()
    if (request === undefined) {
      isExhausted = true
      return
    }
    busy++
    connection.send(request)
  }
  const onAnswer = (
    connection: Connection,
    { status, body, ms }: { status: number; body: Buffer; ms: number },
  ) => {
    busy--
    if (!isOver) {
      if (status === expect.status) {
        result.count++
        latencies.add(ms)
        if (text && body.includes(text)) result.withText++
      } else {
        result.unexpected++
        if (result.samples.length < SAMPLES_MAX)
          result.samples.push(`${status} ${body.toString().slice(0, 200)}`)
      }
    }
    // A lost connection is not replaced: there is a fault to look at, and no rate to be proud of.
    if (!isOver && perSecond === undefined && connection.isFree()) sendNext(connection)
  }

  const opened = await Promise.all(
    Array.from({ length: connections }, () => openConnection(new URL(url), onAnswer)),
  )
  const usage = process.cpuUsage()
  beganAt = performance.now()
  if (perSecond === undefined) {
    for (const connection of opened) sendNext(connection)
    await sleep(seconds * 1_000)
  } else {
    await sendAtPace(opened, sendNext, { perSecond, seconds, isExhausted: () => isExhausted })
  }
  const elapsedMs = performance.now() - beganAt
  const { user, system } = process.cpuUsage(usage)
  isOver = true
  const deadline = performance.now() + DRAIN_MAX_MS
  while (busy > 0 && performance.now() < deadline) await sleep(5)
  for (const connection of opened) connection.close()
  if (isExhausted) throw new Error(`${traffic}: there was nothing left to send; seed more`)
  return { ...result, seconds: elapsedMs / 1_000, clientCpuUs: user + system, ...latencies.summary() }
}

/** By the clock, whether or not earlier answers have come; what finds no free connection waits for the next tick. */
async function sendAtPace(
  opened: Connection[],
  sendNext: (connection: Connection) => void,
  { perSecond, seconds, isExhausted }: { perSecond: number; seconds: number; isExhausted: () => boolean },
): Promise<void> {
  const beganAt = performance.now()
  for (let sent = 0; !isExhausted(); ) {
    const elapsed = performance.now() - beganAt
    if (elapsed >= seconds * 1_000) return
    const due = Math.floor((elapsed / 1_000) * perSecond)
    for (const connection of opened) {
      if (sent >= due) break
      if (!connection.isFree()) continue
      sendNext(connection)
      sent++
    }
    await sleep(1)
  }
}
