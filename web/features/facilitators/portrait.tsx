import { Horizon } from '#web/components/horizon/horizon.tsx'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { initialsOf } from '#web/lib/text/names.ts'
import classes from './facilitator-card.module.css'

type Props = { facilitator: Pick<Facilitator, 'id' | 'first_name' | 'last_name'>; size: number }

/** Initials on a picture, in place of a photograph. Decoration: the name is beside it. */
export function Portrait({ facilitator, size }: Props) {
  const { id } = facilitator
  const hour = 5 + ((id * 5) % 17)
  return (
    <div className={classes.portrait} style={{ width: size, height: size }} aria-hidden="true">
      <Horizon id={id * 31} isRetreat hour={hour} />
      <span className={classes.initials} dir="auto" style={{ fontSize: size * 0.34 }}>
        {initialsOf(facilitator)}
      </span>
    </div>
  )
}
