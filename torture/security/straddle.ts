import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking } from '#harness/apps/test-booking.ts'
import { straddle } from '#harness/attacks/straddling.ts'
import { thousands } from '#harness/load/figures.ts'
import type { Proof } from '../proof.ts'

const PASSWORD = 'the-only-password'

export const proof: Proof = {
  name: 'straddle',
  row: 'S22',
  claim:
    'No request comes through whose account was deleted, closed or demoted, or whose session ended, between its head and its body.',
  async run({ quick, rounds = quick ? 1 : 10, log }) {
    const passwordHash = await hashPassword(PASSWORD)
    let requests = 0
    let cameThrough = 0
    for (let round = 0; round < rounds; round++) {
      const booking = await startTestBooking()
      const outcome = await straddle(booking, passwordHash, PASSWORD).finally(() => booking.close())
      for (const line of outcome.came_through) log(line)
      requests += outcome.requests
      cameThrough += outcome.came_through.length
    }
    return {
      ok: cameThrough === 0,
      figure: `every writing operation × 6 ends of an account or session × ${rounds}: ${thousands(requests)} requests, came through ${cameThrough}`,
    }
  },
}
