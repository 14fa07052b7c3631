import type { Verdict } from '#web/components/feedback/verdict.tsx'
import type { DeliveryHealth, Reconciliation } from '#web/lib/api/contract.ts'
import { ageInWords, count } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

/** Messages that wait no longer than this are not reported as late. */
const SOON_SECONDS = 60

/** The state of the delivery as a title and a sentence. */
export function verdictOf({ waiting, oldest_at, is_crm_away, checked_at }: DeliveryHealth): Verdict {
  const age = oldest_at ? secondsBetween(oldest_at, checked_at) : 0
  if (is_crm_away)
    return {
      tone: 'bad',
      title: 'The CRM does not answer',
      text: `${count(waiting, 'message waits', 'messages wait')} and will be delivered in order as soon as it answers. Bookings continue as usual.`,
    }
  if (waiting === 0)
    return {
      tone: 'good',
      title: 'Everything delivered',
      text: 'The CRM has every booking and cancellation.',
    }
  if (age <= SOON_SECONDS)
    return {
      tone: 'good',
      title: 'Delivering',
      text: `${count(waiting, 'message is', 'messages are')} being delivered.`,
    }
  return {
    tone: 'waiting',
    title: 'Delivery is late',
    text: `The oldest message has waited for ${ageInWords(age)}: the CRM answers, but refuses it. Ask the person who runs the server to look into the CRM’s log.`,
  }
}

export const ageOf = ({ oldest_at, checked_at }: DeliveryHealth): string =>
  oldest_at ? ageInWords(secondsBetween(oldest_at, checked_at)) : '0 s'

const secondsBetween = (from: string, to: string) =>
  Math.max(0, (fromWire(to).getTime() - fromWire(from).getTime()) / 1_000)

/** The kinds of differences between both services, without those that have none. */
export function disagreementsOf({ missing, differing, unknown }: Reconciliation) {
  const kinds = [
    {
      ...missing,
      text: `${count(missing.count, 'booking is', 'bookings are')} missing in the CRM.`,
      canRepair: true,
    },
    {
      ...differing,
      text: `${count(differing.count, 'booking is', 'bookings are')} cancelled here or in the CRM, but not in both.`,
      canRepair: true,
    },
    {
      ...unknown,
      text: `${count(unknown.count, 'booking is', 'bookings are')} in the CRM only.`,
      canRepair: false,
    },
  ]
  return kinds.filter((each) => each.count > 0)
}
