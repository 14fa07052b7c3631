import { Select } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import { clockTime, readersZone } from '#web/lib/format.ts'
import { findZones, isSameZone, nameInWords, zoneOptions } from './time-zones.rules.ts'

type Props = {
  value: string
  /** The name that is stored, or proposed: it stays in the list as it is. */
  stored: string
  /** When the event begins; undefined while that is not complete. */
  start: Date | undefined
  error?: ReactNode
  onChange: (zone: string) => void
}

/** Finds zones by places. A device in another zone is said beside the field. */
export function ZoneField({ value, stored, start, error, onChange }: Props) {
  const atMs = start?.getTime()
  const options = useMemo(
    () => zoneOptions(atMs === undefined ? new Date() : new Date(atMs), stored),
    [atMs, stored],
  )
  return (
    <Select
      label="Time zone"
      description={deviceHint(value, start)}
      placeholder="A city or a country"
      searchable
      allowDeselect={false}
      selectFirstOptionOnChange
      nothingFoundMessage="No time zone found. Try the next big city."
      data={options}
      filter={({ search }) => findZones(options, search)}
      value={value}
      error={error}
      onChange={(zone) => zone && onChange(zone)}
    />
  )
}

function deviceHint(zone: string, start: Date | undefined): string | undefined {
  const device = readersZone()
  if (device === 'UTC' && zone === 'UTC')
    return 'This device is set to UTC. Choose the time zone of the place where the event is.'
  if (isSameZone(zone, device)) return undefined
  const begins = start ? `, where it begins at ${clockTime(start)}` : ''
  return `Not the time zone of this device: that is ${nameInWords(device)}${begins}.`
}
