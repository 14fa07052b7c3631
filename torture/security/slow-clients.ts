import { besiege, startLargeServer } from '#harness/attacks/slow-clients.ts'
import { VARIETIES } from '#harness/attacks/slow-clients.varieties.ts'
import { inMs, inSeconds, percentile, tally, thousands } from '#harness/load/figures.ts'
import { startService } from '#harness/world/service-process.ts'
import type { Proof, ProofContext } from '../proof.ts'
import { besiegeDoor, CONTROL, DOORS, isServed, whyNot } from './held-out.ts'

export const proof: Proof = {
  name: 'slow-clients',
  row: 'S9',
  claim:
    'While 260 slow, deaf or guessing connections of a kind are held, at both services, directly and behind HAProxy and nginx, whoever books, logs in or notifies is served every time within 2.5 s; five hundred slow ones are shown out within 15 s each.',
  async run(context) {
    const { quick, log } = context
    const doors = quick ? DOORS.slice(0, 1) : DOORS
    const missing = doors.flatMap((door) => whyNot(door) ?? [])
    for (const line of missing) log(line)
    const held = []
    for (const door of doors.filter((each) => !whyNot(each))) held.push(...(await besiegeDoor(door, context)))
    const control = await besiegeDoor(CONTROL, context, VARIETIES.slice(0, 1))
    const shownOut = await showOut(context)
    const failed = held.filter((each) => !isServed(each))
    const worst = Math.max(...held.map(({ worstMs }) => worstMs))
    const served = held.reduce((sum, each) => sum + each.served, 0)
    const asked = held.reduce((sum, each) => sum + each.asked, 0)
    return {
      ok: failed.length + missing.length === 0 && !control.some((each) => isServed(each)) && shownOut.ok,
      figure: [
        `${held.length} sieges of ${VARIETIES.length} kinds (${doors.map(({ name }) => name).join(', ')}): ` +
          `${thousands(served)} of ${thousands(asked)} served, worst ${inMs(worst)}`,
        ...failed.map(({ door, at, variety }) => `FAILED: ${door}, ${at}, ${variety}`),
        ...missing,
        `a server that counts from the head on served ${control.map((each) => each.served).join(', ')} of ${control[0]?.asked}`,
        shownOut.figure,
      ].join('; '),
    }
  },
}

async function showOut({ quick, seconds = quick ? 2 : 60, log }: ProofContext) {
  const [booking, large] = await Promise.all([
    startService('booking', { LOG_LEVEL: 'error' }),
    startLargeServer(),
  ])
  try {
    const holdMs = seconds * 1_000
    const many = quick ? { headers: 10, body: 10, asking: 5 } : { headers: 220, body: 220, asking: 50 }
    const sieges = await Promise.all([
      besiege(booking.port, { connections: many, holdMs }),
      besiege(large.port, { connections: { reading: quick ? 2 : 10 }, holdMs }),
    ])
    const lives = sieges.flatMap((siege) => siege.lives).map(({ ms = Infinity }) => ms)
    const stayed = sieges.flatMap((siege) => siege.lives).filter(({ ms = Infinity }) => ms > 15_000)
    log(`stayed too long: ${tally(stayed.map(({ kind }) => kind)) || 'none'}`)
    const waits = sieges.flatMap((siege) => siege.waits)
    const failures = sieges.reduce((sum, siege) => sum + siege.failures, 0)
    const connections = sieges.reduce((sum, siege) => sum + siege.connections, 0)
    const p99 = percentile(waits, 0.99)
    if (!booking.isRunning()) log(booking.output())
    return {
      ok: Math.max(...lives) <= 15_000 && failures === 0 && p99 <= 1_000 && booking.isRunning(),
      figure:
        `${connections} slow connections at a time for ${seconds} s (${thousands(lives.length)} in all): ` +
        `longest ${inSeconds(percentile(lives, 1))}, ${thousands(waits.length)} fresh requests p99 ${inMs(p99)}, ${failures} failed`,
    }
  } finally {
    await large.close()
    await booking.stop()
  }
}
