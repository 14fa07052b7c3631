import { useState } from 'react'
import { readStored, writeStored } from './storage.ts'

/** What is remembered of each kind: older ids are about events that are over. */
const MAX = 200

/** Ids that the reader of this device has confirmed to have seen. Without storage they are shown again after a reload. */
export function useSeen(kind: string): [number[], (ids: number[]) => void] {
  const key = `stillpoint.seen.${kind}`
  const [seen, setSeen] = useState(() => read(key))
  const see = (ids: number[]) => {
    const all = [...seen, ...ids].slice(-MAX)
    setSeen(all)
    writeStored('localStorage', key, all)
  }
  return [seen, see]
}

function read(key: string): number[] {
  const ids = readStored('localStorage', key)
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'number') : []
}
