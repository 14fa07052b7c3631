import { CountedTextarea } from '#web/components/controls/counted.tsx'
import type { Event } from '#web/lib/api/contract.ts'

const NOTES_MAX = 2_000

type Props = { event: Event; notes: string; onChange: (notes: string) => void }

/** A note for the facilitator, when booking or joining a waiting list. */
export function NoteField({ event, notes, onChange }: Props) {
  return (
    <CountedTextarea
      label={
        <>
          A note for <bdi>{event.facilitator.name}</bdi> (optional)
        </>
      }
      placeholder="Anything they should know"
      max={NOTES_MAX}
      value={notes}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
