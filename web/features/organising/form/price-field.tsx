import { Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { price } from '#web/lib/format.ts'
import { settingsQuery } from '#web/lib/queries/settings.queries.ts'
import { decimalsOf, readAmount } from '#web/lib/text/money.rules.ts'

type Props = { value?: number; error?: ReactNode; onChange?: (amount: number) => void }

/** An amount in the currency of the studio. Shows how it was understood. */
export function PriceField({ value = 0, error, onChange }: Props) {
  const currency = useQuery(settingsQuery).data?.currency ?? 'EUR'
  const decimals = decimalsOf(currency)
  const [typed, setTyped] = useState(String(value))
  // A value that was set from outside replaces what was typed.
  const text = Object.is(readAmount(typed, decimals), value) ? typed : String(value)
  return (
    <TextInput
      size="md"
      label="Price"
      inputMode="decimal"
      autoComplete="off"
      error={error}
      description={value > 0 ? price(value, currency) : undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      rightSection={
        <Text span size="sm" c="dimmed">
          {currency}
        </Text>
      }
      rightSectionWidth={56}
      value={Number.isNaN(value) ? typed : text}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value)
        onChange?.(readAmount(currentTarget.value, decimals))
      }}
    />
  )
}
