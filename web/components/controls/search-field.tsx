import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

const TYPING_MS = 250

type Props = { text: string; placeholder: string; className?: string; onSearch: (text: string) => void }

/** Debounced: searches when typing pauses. */
export function SearchField({ text, placeholder, className, onSearch }: Props) {
  const [typed, setTyped] = useState(text)
  const searchSoon = useDebouncedCallback(onSearch, TYPING_MS)
  useEffect(() => setTyped(text), [text])
  const type = (value: string) => {
    setTyped(value)
    searchSoon(value)
  }
  return (
    <TextInput
      type="search"
      aria-label="Search"
      placeholder={placeholder}
      className={className}
      leftSection={<IconSearch size={18} stroke={1.6} />}
      rightSection={typed && <CloseButton aria-label="Clear search" onClick={() => type('')} />}
      value={typed}
      onChange={({ currentTarget }) => type(currentTarget.value)}
    />
  )
}
