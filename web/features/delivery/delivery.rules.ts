import type { DeliveryHealth, Reconciliation } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

/** What may wait so long is only on its way. */
const SOON_SECONDS = 60

export type Verdict = { tone: 'good' | 'waiting' | 'bad'; title: string; text: string }

/** How it goes, in a word and a sentence. */
export function verdictOf({ waiting, oldest_at, is_crm_away, checked_at }: DeliveryHealth): Verdict {
  const age = oldest_at ? secondsBetween(oldest_at, checked_at) : 0
  if (is_crm_away)
    return {
      tone: 'bad',
      title: 'The CRM does not answer',
      text: `${count(waiting, 'message')} wait safely, and are told in order as soon as it is back. Bookings go on as usual.`,
    }
  if (waiting === 0)
    return { tone: 'good', title: 'All is told', text: 'The CRM knows of every booking and cancellation.' }
  if (age <= SOON_SECONDS)
    return {
      tone: 'good',
      title: 'On its way',
      text: `${count(waiting, 'message')} are being told right now.`,
    }
  return {
    tone: 'waiting',
    title: 'Something waits for long',
    text: `The oldest message waits for ${ageInWords(age)}: the CRM has answered, but not agreed. Its log says why.`,
  }
}

/** `45 s`, `12 min`, `3 h`, `2 days` */
export function ageInWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

export const ageOf = ({ oldest_at, checked_at }: DeliveryHealth): string =>
  oldest_at ? ageInWords(secondsBetween(oldest_at, checked_at)) : '0 s'

const secondsBetween = (from: string, to: string) =>
  Math.max(0, (fromWire(to).getTime() - fromWire(from).getTime()) / 1_000)

/** What both sides disagree on, one line for each kind that there is. */
export function disagreementsOf({ missing, differing, unknown }: Reconciliation) {
  return [
    { what: 'The CRM does not know of', ...missing, canRepair: true },
    { what: 'Only one side has cancelled', ...differing, canRepair: true },
    { what: 'Only the CRM knows of', ...unknown, canRepair: false },
  ].filter((each) => each.count > 0)
}
