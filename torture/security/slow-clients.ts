import { holdSlow, startLargeServer } from '#harness/attacks/slow-clients.ts'
import { SLOW_KINDS } from '#harness/attacks/slow-kinds.ts'
import { inMs, inSeconds, percentile, tally, thousands } from '#harness/load/figures.ts'
import { startService } from '#harness/world/service-process.ts'
import type { Proof, ProofContext } from '../proof.ts'
import { attackAmongSlow, attackControl, isServed, WAYS, whyNot } from './among-slow.ts'

export const proof: Proof = {
  name: 'slow-clients',
  row: 'S9',
  claim:
    'While 260 slow, deaf or guessing connections of a kind are held, at both services, directly and behind HAProxy and nginx, whoever books, logs in or notifies is served every time within 2.5 s; five hundred slow ones are shown out within 15 s each.',
  async run(context) {
    const { quick, log } = context
    const ways = quick ? WAYS.slice(0, 1) : WAYS
    const missing = ways.flatMap((way) => whyNot(way) ?? [])
    for (const line of missing) log(line)
    const all: Awaited<ReturnType<typeof attackAmongSlow>> = []
    for (const way of ways.filter((each) => !whyNot(each))) all.push(...(await attackAmongSlow(way, context)))
    const control = await attackControl(context)
    const closed = await closeSlow(context)
    const failed = all.filter((each) => !isServed(each))
    const sum = (key: 'served' | 'asked') => thousands(all.reduce((total, each) => total + each[key], 0))
    return {
      ok: failed.length + missing.length === 0 && !control.some((each) => isServed(each)) && closed.ok,
      figure: [
        `${all.length} attacks of ${SLOW_KINDS.length} kinds (${ways.map(({ name }) => name).join(', ')}): ` +
          `${sum('served')} of ${sum('asked')} served, worst ${inMs(Math.max(...all.map(({ worstMs }) => worstMs)))}`,
        ...failed.map(({ way, at, kind }) => `FAILED: ${way}, ${at}, ${kind}`),
        ...missing,
        `a server that counts from the head on served ${control.map((each) => each.served).join(', ')} of ${control[0]?.asked}`,
        closed.figure,
      ],
    }
  },
}

/** How long slow connections are let live, and what others wait meanwhile. */
async function closeSlow({ quick, seconds = quick ? 2 : 60, log }: ProofContext) {
  const [booking, large] = await Promise.all([
    startService('booking', { LOG_LEVEL: 'error' }),
    startLargeServer(),
  ])
  try {
    const holdMs = seconds * 1_000
    const many = quick ? { headers: 10, body: 10, asking: 5 } : { headers: 220, body: 220, asking: 50 }
    const [ours, theirs] = await Promise.all([
      holdSlow(booking.port, { connections: many, holdMs }),
      holdSlow(large.port, { connections: { reading: quick ? 2 : 10 }, holdMs }),
    ])
    const all = [...ours.lives, ...theirs.lives]
    const lives = all.map(({ ms = Infinity }) => ms)
    const stayed = all.filter(({ ms = Infinity }) => ms > 15_000)
    log(`stayed too long: ${tally(stayed.map(({ kind }) => kind)) || 'none'}`)
    const waits = [...ours.waits, ...theirs.waits]
    const failures = ours.failures + theirs.failures
    const p99 = percentile(waits, 0.99)
    if (!booking.isRunning()) log(booking.output())
    return {
      ok: stayed.length === 0 && failures === 0 && p99 <= 1_000 && booking.isRunning(),
      figure:
        `${ours.connections + theirs.connections} slow connections at a time for ${seconds} s (${thousands(lives.length)} in all): ` +
        `longest ${inSeconds(percentile(lives, 1))}, ${thousands(waits.length)} fresh requests p99 ${inMs(p99)}, ${failures} failed`,
    }
  } finally {
    await large.close()
    await booking.stop()
  }
}
