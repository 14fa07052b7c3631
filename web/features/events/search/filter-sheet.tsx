import { Button, Drawer, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { facilitatorsQuery } from '#web/lib/queries/facilitators.queries.ts'
import { DayRangeField } from './day-range-field.tsx'
import { type EventSearch, isFiltered, UNFILTERED } from './event-search.ts'

type Props = {
  search: EventSearch
  isOpen: boolean
  onClose: () => void
  onChange: (changes: Partial<EventSearch>) => void
}

/** Filters beyond the buttons of the page. They apply at once. */
export function FilterSheet({ search, isOpen, onClose, onChange }: Props) {
  const { type, facilitator, from, to, view } = search
  const isPhone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false })
  const facilitators = useQuery(facilitatorsQuery).data ?? []
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title="Filters"
      position={isPhone ? 'bottom' : 'right'}
      size={isPhone ? 'auto' : 'md'}
    >
      <Stack gap="lg">
        <Stack gap={6}>
          <Text size="sm" fw={500}>
            Type
          </Text>
          <SegmentedControl
            aria-label="Type"
            radius="xl"
            fullWidth
            value={type ?? 'all'}
            onChange={(value) => onChange({ type: value === 'all' ? undefined : value })}
            data={[
              { value: 'all', label: 'All' },
              { value: 'session', label: 'Sessions' },
              { value: 'retreat', label: 'Retreats' },
            ]}
          />
        </Stack>
        <Select
          label="Facilitator"
          placeholder="Any facilitator"
          clearable
          clearButtonProps={{ 'aria-label': 'Any facilitator' }}
          data={facilitators.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={facilitator === undefined ? null : String(facilitator)}
          onChange={(value) => onChange({ facilitator: value === null ? undefined : Number(value) })}
        />
        {view !== 'calendar' && (
          <DayRangeField from={from} to={to} onChange={(days) => onChange({ when: undefined, ...days })} />
        )}
        <Group justify="space-between">
          <Button variant="subtle" disabled={!isFiltered(search)} onClick={() => onChange(UNFILTERED)}>
            Clear filters
          </Button>
          <Button onClick={onClose}>Show events</Button>
        </Group>
      </Stack>
    </Drawer>
  )
}
