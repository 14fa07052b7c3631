import { Anchor, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Event } from '#web/lib/api/contract.ts'
import { Agenda } from './agenda/agenda.tsx'
import { seriesQuery } from './event.queries.ts'

const FEW = 4

type Props = { event: Event; booked: ReadonlySet<number> }

/** The other dates of a series; nothing where there are none ahead. */
export function SeriesDates({ event, booked }: Props) {
  const [isOpen, setOpen] = useState(false)
  const others = useQuery(seriesQuery(event)).data?.events.filter(({ id }) => id !== event.id) ?? []
  if (others.length === 0) return null
  return (
    <section>
      <Stack gap="xs">
        <Title order={2}>Other dates</Title>
        <Agenda events={isOpen ? others : others.slice(0, FEW)} booked={booked} headingOrder={3} />
        {!isOpen && others.length > FEW && (
          <Anchor component="button" type="button" ta="start" onClick={() => setOpen(true)}>
            All {others.length} dates
          </Anchor>
        )}
      </Stack>
    </section>
  )
}
