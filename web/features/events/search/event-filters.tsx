import { ActionIcon, Button, Group, SegmentedControl, Select } from '@mantine/core'
import { IconCalendarMonth, IconLayoutGrid } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { SearchField } from '#web/components/controls/search-field.tsx'
import { DayRangeField } from './day-range-field.tsx'
import classes from './event-filters.module.css'
import { type EventSearch, isFiltered, UNFILTERED } from './event-search.ts'

type Props = {
  search: EventSearch
  facilitators: { value: string; label: string }[]
  onChange: (changes: Partial<EventSearch>) => void
}

export function EventFilters({ search, facilitators, onChange }: Props) {
  const { type, facilitator, from, to, view } = search
  return (
    <section className={classes.filters} aria-label="Filters">
      <SearchField
        className={classes.search}
        placeholder="Search for breath, yoga, silence…"
        text={search.q ?? ''}
        onSearch={(q) => onChange({ q: q || undefined })}
      />
      <SegmentedControl
        aria-label="Type"
        radius="xl"
        value={type ?? 'all'}
        onChange={(value) => onChange({ type: value === 'all' ? undefined : value })}
        data={[
          { value: 'all', label: 'All' },
          { value: 'session', label: 'Sessions' },
          { value: 'retreat', label: 'Retreats' },
        ]}
      />
      <Select
        aria-label="Facilitator"
        placeholder="Any facilitator"
        className={classes.select}
        clearable
        clearButtonProps={{ 'aria-label': 'Any facilitator' }}
        data={facilitators}
        value={facilitator === undefined ? null : String(facilitator)}
        onChange={(value) => onChange({ facilitator: value === null ? undefined : Number(value) })}
      />
      {view !== 'calendar' && (
        <DayRangeField className={classes.select} from={from} to={to} onChange={onChange} />
      )}
      {isFiltered(search) && (
        <Button variant="subtle" onClick={() => onChange(UNFILTERED)}>
          Clear filters
        </Button>
      )}
      <Group gap={4} wrap="nowrap" className={classes.views}>
        <ViewButton label="Cards" isOn={view !== 'calendar'} onClick={() => onChange({ view: undefined })}>
          <IconLayoutGrid size={20} stroke={1.6} />
        </ViewButton>
        <ViewButton
          label="Calendar"
          isOn={view === 'calendar'}
          onClick={() => onChange({ view: 'calendar', from: undefined, to: undefined })}
        >
          <IconCalendarMonth size={20} stroke={1.6} />
        </ViewButton>
      </Group>
    </section>
  )
}

type ViewButtonProps = { label: string; isOn: boolean; onClick: () => void; children: ReactNode }

function ViewButton({ label, isOn, ...props }: ViewButtonProps) {
  return (
    <ActionIcon
      size="lg"
      radius="xl"
      variant={isOn ? 'light' : 'subtle'}
      color={isOn ? undefined : 'gray'}
      aria-label={label}
      aria-pressed={isOn}
      {...props}
    />
  )
}
