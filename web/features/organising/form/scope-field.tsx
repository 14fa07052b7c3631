import { Radio, Stack } from '@mantine/core'
import type { Scope } from '#web/lib/api/contract.ts'

type Props = { label: string; value: Scope; onChange: (scope: Scope) => void }

/** Which events of a series a change applies to. */
export function ScopeField({ label, value, onChange }: Props) {
  return (
    <Radio.Group label={label} size="md" value={value} onChange={onChange}>
      <Stack gap="xs" mt={6}>
        <Radio value="this" label="Only this one" />
        <Radio value="following" label="This one and all later ones" />
        <Radio value="all" label="All upcoming events of the series" />
      </Stack>
    </Radio.Group>
  )
}
