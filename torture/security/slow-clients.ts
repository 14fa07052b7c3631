import { startService } from '#testing/security/service-process.ts'
import { besiege } from '#testing/security/slow-clients.ts'
import { inMs, inSeconds, percentile, thousands } from '../figures.ts'
import type { Proof } from '../proof.ts'

export const proof: Proof = {
  name: 'slow-clients',
  row: 'S9',
  claim:
    'Five hundred slow clients are shown out within 15 s each, and a fresh request is answered within 1 s.',
  async run({ quick, seconds = quick ? 2 : 60, log }) {
    const booking = await startService('booking', { LOG_LEVEL: 'warn' })
    try {
      const connections = quick ? 20 : 167
      const siege = await besiege(booking.port, { connections, holdMs: seconds * 1_000 })
      const stayed = siege.lives.filter((life) => (life.ms ?? Infinity) > 15_000).length
      const longest = Math.max(...siege.lives.map((life) => life.ms ?? Infinity))
      const p99 = percentile(siege.waits, 0.99)
      if (!booking.isRunning()) log(booking.output())
      return {
        ok: stayed === 0 && siege.failures === 0 && p99 <= 1_000 && booking.isRunning(),
        figure:
          `${siege.connections} slow connections at a time for ${seconds} s (${thousands(siege.lives.length)} in all): ` +
          `longest ${inSeconds(longest)}, ${thousands(siege.waits.length)} fresh requests p99 ${inMs(p99)}, ${siege.failures} failed`,
      }
    } finally {
      await booking.stop()
    }
  },
}
