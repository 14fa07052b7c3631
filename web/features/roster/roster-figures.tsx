import { Figures } from '#web/components/layout/figures.tsx'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { summaryOf } from './roster.rules.ts'

export function RosterFigures({ entries }: { entries: RosterEntry[] }) {
  const { expected, here, missed, paid, toRefund } = summaryOf(entries)
  const figures = [
    { term: 'Expected', figure: expected },
    { term: 'Here', figure: here },
    { term: 'Paid', figure: paid },
    ...(missed > 0 ? [{ term: 'Did not come', figure: missed }] : []),
    ...(toRefund > 0 ? [{ term: 'To refund', figure: toRefund }] : []),
  ]
  return <Figures figures={figures} />
}
