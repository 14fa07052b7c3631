import { Text } from '@mantine/core'
import { count } from '#web/lib/format.ts'

/** At the foot of a form: how many fields have an error, which may be off the screen. */
export function FaultCount({ errors }: { errors: object }) {
  const faults = Object.values(errors).filter(Boolean).length
  return (
    <Text size="sm" c="var(--bad)" role="status">
      {faults > 0 && `${count(faults, 'field needs', 'fields need')} a correction.`}
    </Text>
  )
}
