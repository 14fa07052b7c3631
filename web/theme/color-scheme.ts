import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'

/** The script in `index.html` reads the same key before the app is there. */
const KEY = 'stillpoint.color-scheme'

/** Mantine's own keeps its choice in another place, and does not survive a browser without storage. */
export function colorSchemeManager(): MantineColorSchemeManager {
  let onStorage: ((event: StorageEvent) => void) | undefined
  return {
    get(fallback) {
      try {
        return toScheme(localStorage.getItem(KEY)) ?? fallback
      } catch {
        return fallback
      }
    },
    set(value) {
      try {
        localStorage.setItem(KEY, value)
      } catch {
        // Then it holds for this page.
      }
    },
    subscribe(onUpdate) {
      onStorage = ({ key, newValue }) => {
        const scheme = key === KEY ? toScheme(newValue) : undefined
        if (scheme) onUpdate(scheme)
      }
      addEventListener('storage', onStorage)
    },
    unsubscribe() {
      if (onStorage) removeEventListener('storage', onStorage)
    },
    clear() {
      localStorage.removeItem(KEY)
    },
  }
}

function toScheme(text: string | null): MantineColorScheme | undefined {
  return text === 'light' || text === 'dark' || text === 'auto' ? text : undefined
}
