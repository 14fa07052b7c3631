import { ActionIcon, Group } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconCalendarMonth, IconList } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { SearchField } from '#web/components/controls/search-field.tsx'
import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'
import classes from './event-filters.module.css'
import { ANY_DAY, type EventSearch, hiddenFilterCount } from './event-search.ts'

const FilterSheet = dialogOnDemand(
  () => import('./filter-sheet.tsx'),
  (module) => module.FilterSheet,
  'isOpen',
)

type Props = { search: EventSearch; onChange: (changes: Partial<EventSearch>) => void }

/** The search, what is asked for most as buttons to press, and a sheet with the rest, whose code is loaded when it is opened. */
export function EventFilters({ search, onChange }: Props) {
  const { type, online, when, view } = search
  const [isOpen, setOpen] = useState(false)
  const hidden = hiddenFilterCount(search)
  const pickDays = (wanted: 'today' | 'weekend') =>
    onChange({ ...ANY_DAY, when: when === wanted ? undefined : wanted })
  return (
    <section className={classes.filters} aria-label="Filters">
      <SearchField
        className={classes.search}
        placeholder="Search for breath, yoga, silence…"
        text={search.q ?? ''}
        onSearch={(q) => onChange({ q: q || undefined })}
      />
      <div className={classes.chips}>
        <button
          type="button"
          className={classes.chip}
          data-on={hidden > 0 || undefined}
          aria-haspopup="dialog"
          onPointerEnter={FilterSheet.prepare}
          onClick={() => setOpen(true)}
        >
          <IconAdjustmentsHorizontal size={17} stroke={1.7} aria-hidden="true" />
          Filters{hidden > 0 && ` · ${hidden}`}
        </button>
        {view !== 'calendar' && (
          <>
            <Chip isOn={when === 'today'} onClick={() => pickDays('today')}>
              Today
            </Chip>
            <Chip isOn={when === 'weekend'} onClick={() => pickDays('weekend')}>
              Weekend
            </Chip>
          </>
        )}
        <Chip isOn={online === true} onClick={() => onChange({ online: online ? undefined : true })}>
          Online
        </Chip>
        <Chip
          isOn={type === 'retreat'}
          onClick={() => onChange({ type: type === 'retreat' ? undefined : 'retreat' })}
        >
          Retreats
        </Chip>
      </div>
      <Group gap={4} wrap="nowrap" className={classes.views}>
        <ViewButton label="List" isOn={view !== 'calendar'} onClick={() => onChange({ view: undefined })}>
          <IconList size={20} stroke={1.6} />
        </ViewButton>
        <ViewButton
          label="Calendar"
          isOn={view === 'calendar'}
          onClick={() => onChange({ view: 'calendar', ...ANY_DAY })}
        >
          <IconCalendarMonth size={20} stroke={1.6} />
        </ViewButton>
      </Group>
      <FilterSheet search={search} isOpen={isOpen} onClose={() => setOpen(false)} onChange={onChange} />
    </section>
  )
}

type ToggleProps = { isOn: boolean; onClick: () => void; children: ReactNode }

function Chip({ isOn, ...props }: ToggleProps) {
  return (
    <button
      type="button"
      className={classes.chip}
      data-on={isOn || undefined}
      aria-pressed={isOn}
      {...props}
    />
  )
}

function ViewButton({ label, isOn, ...props }: ToggleProps & { label: string }) {
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
