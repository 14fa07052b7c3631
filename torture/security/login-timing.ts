import { startTestBooking } from '#harness/apps/test-booking.ts'
import { timeLogins } from '#harness/attacks/login-timing.ts'
import { inMs } from '#harness/load/figures.ts'
import type { Proof } from '../proof.ts'

export const proof: Proof = {
  name: 'login-timing',
  row: 'S11',
  claim:
    'How long a failing login takes does not tell whether there is such an account, or of what kind it is.',
  async run({ quick, rounds = quick ? 20 : 500, log }) {
    const booking = await startTestBooking()
    const timings = await timeLogins(booking, rounds)
    await booking.close()
    for (const { kind, median, p } of timings)
      log(`${kind}: median ${median.toFixed(2)} ms, p ${p.toFixed(3)}`)
    const medians = timings.map(({ median }) => median)
    const apart = Math.max(...medians) - Math.min(...medians)
    const pMin = Math.min(...timings.map(({ p }) => p))
    return {
      ok: timings.every(({ isLike }) => isLike),
      figure: `${timings.length} kinds × ${rounds} logins: medians ${inMs(Math.min(...medians))}, ${apart.toFixed(2)} ms apart, smallest p ${pMin.toFixed(3)}`,
    }
  },
}
