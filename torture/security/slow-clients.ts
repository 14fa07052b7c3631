import { startService } from '#testing/security/service-process.ts'
import { besiege, startLargeServer } from '#testing/security/slow-clients.ts'
import { inMs, inSeconds, percentile, tally, thousands } from '../figures.ts'
import type { Proof } from '../proof.ts'

export const proof: Proof = {
  name: 'slow-clients',
  row: 'S9',
  claim:
    'Five hundred slow clients are shown out within 15 s each, and a fresh request is answered within 1 s.',
  async run({ quick, seconds = quick ? 2 : 60, log }) {
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
  },
}
