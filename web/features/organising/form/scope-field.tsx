import { Radio, Stack } from '@mantine/core'
import type { Scope } from '#web/lib/api/contract.ts'

type Props = { label: string; value: Scope; onChange: (scope: Scope) => void }

/** Of a series: which of them are meant. */
export function ScopeField({ label, value, onChange }: Props) {
  return (
    <Radio.Group label={label} size="md" value={value} onChange={onChange}>
      <Stack gap="xs" mt={6}>
        <Radio value="this" label="Only this one" />
        <Radio value="following" label="This one and all that follow" />
        <Radio value="all" label="All of the series that are still to come" />
      </Stack>
    </Radio.Group>
  )
}
