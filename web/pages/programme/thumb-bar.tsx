import { Button, Text } from '@mantine/core'
import { formOf } from '#web/components/event/form-of.ts'
import { seatsInWords } from '#web/features/events/seats.rules.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import classes from './thumb-bar.module.css'

/** On phones, at the thumb, in the place of the navigation: what it costs, the seats, and the button of the panel's form. */
export function ThumbBar({ event }: { event: Event }) {
  const price = usePrice()
  return (
    <div className={classes.bar} data-thumb-bar>
      <div className={classes.words}>
        <Text fw={600} fz={19} lh={1.2}>
          {price(event.price)}
        </Text>
        <Text size="sm" c="dimmed" lh={1.3}>
          {event.is_full ? 'Every seat is taken' : seatsInWords(event)}
        </Text>
      </div>
      <Button type="submit" form={formOf(event)} size="md">
        {event.is_full ? 'Waiting list' : 'Book'}
      </Button>
    </div>
  )
}
