import { NativeSelect } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { createContext, useContext } from 'react'
import type { Facilitator } from '#web/lib/api/contract.ts'

/** The facilitator whose events and bookings are shown. `choices` are those an admin may switch to, empty for others. */
export type Studio = { facilitator: Facilitator; choices: Facilitator[] }

const StudioContext = createContext<Studio | undefined>(undefined)

export const StudioProvider = StudioContext.Provider

export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('This page has to stand inside the studio')
  return studio
}

/** Lets admins switch to another facilitator. */
export function StudioChoice() {
  const { facilitator, choices } = useStudio()
  const navigate = useNavigate()
  if (choices.length < 2) return null
  return (
    <NativeSelect
      label="Facilitator"
      value={facilitator.id}
      onChange={({ currentTarget }) =>
        void navigate({ to: '.', search: { of: Number(currentTarget.value) } })
      }
    >
      {choices.map(({ id, name }) => (
        <option key={id} value={id} dir="auto">
          {name}
        </option>
      ))}
    </NativeSelect>
  )
}
