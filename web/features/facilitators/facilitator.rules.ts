import type { Facilitator } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

type Known = Pick<Facilitator, 'specialization' | 'experience_years'>

/** `Meditation · 12 years of practice`, or the part of it that is known. What they wrote is isolated: it may be read from right to left. */
export function experienceInWords({ specialization, experience_years }: Known): string {
  const years = experience_years ? `${count(experience_years, 'year')} of practice` : null
  const field = specialization && `\u2068${specialization}\u2069`
  return [field, years].filter(Boolean).join(' · ')
}
