import type { Facilitator } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

type Known = Pick<Facilitator, 'specialization' | 'experience_years'>

/** `Meditation · 12 years of practice`, or the part of it that is known. */
export function experienceInWords({ specialization, experience_years }: Known): string {
  const years = experience_years ? `${count(experience_years, 'year')} of practice` : null
  return [specialization, years].filter(Boolean).join(' · ')
}
