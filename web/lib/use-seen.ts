import { useState } from 'react'

/** What is remembered of each kind: older ids are about events that are over. */
const MAX = 200

/** Ids that the reader of this device has confirmed to have seen. Without storage they are shown again after a reload. */
export function useSeen(kind: string): [number[], (ids: number[]) => void] {
  const key = `stillpoint.seen.${kind}`
  const [seen, setSeen] = useState(() => read(key))
  const see = (ids: number[]) => {
    const all = [...seen, ...ids].slice(-MAX)
    setSeen(all)
    try {
      localStorage.setItem(key, JSON.stringify(all))
    } catch {
      // Storage is refused, as in some private windows.
    }
  }
  return [seen, see]
}

function read(key: string): number[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'number') : []
  } catch {
    return []
  }
}
