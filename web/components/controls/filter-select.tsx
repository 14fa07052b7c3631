import { NativeSelect } from '@mantine/core'

type Props<T extends string> = {
  label: string
  /** What the first choice is called, which filters nothing. */
  any: string
  className?: string | undefined
  choices: readonly { value: T; label: string }[]
  value: T | undefined
  onChange: (value: T | undefined) => void
}

/** Filters by one of a few values, with the device's own list. */
export function FilterSelect<T extends string>({ label, any, choices, value, onChange, ...props }: Props<T>) {
  return (
    <NativeSelect
      aria-label={label}
      data={[{ value: '', label: any }, ...choices]}
      value={value ?? ''}
      onChange={({ currentTarget }) =>
        onChange(choices.find((choice) => choice.value === currentTarget.value)?.value)
      }
      {...props}
    />
  )
}
