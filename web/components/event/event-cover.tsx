import { Horizon } from '#web/components/horizon/horizon.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { hourOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

type Props = {
  event: Pick<Event, 'id' | 'event_type' | 'start_datetime' | 'timezone'>
  className?: string | undefined
  width?: number
}

/** A picture lit by the event's local time of day. */
export function EventCover({ event, className, width }: Props) {
  const { id, event_type, start_datetime, timezone } = event
  const hour = hourOfDay(fromWire(start_datetime), { zone: timezone })
  return (
    <Horizon id={id} isRetreat={event_type === 'RETREAT'} hour={hour} width={width} className={className} />
  )
}
