import { Textarea } from '@mantine/core'
import type { Event } from '#web/lib/api/contract.ts'

const NOTES_MAX = 2_000

type Props = { event: Event; notes: string; onChange: (notes: string) => void }

/** A note for the facilitator, when booking or joining a waiting list. */
export function NoteField({ event, notes, onChange }: Props) {
  return (
    <Textarea
      label={
        <>
          A note for <bdi>{event.facilitator.name}</bdi> (optional)
        </>
      }
      placeholder="Anything they should know"
      maxLength={NOTES_MAX}
      value={notes}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
