import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'

/** The script in `index.html` reads the same key before the app is loaded. */
const KEY = 'stillpoint.color-scheme'

/** Unlike Mantine's own, it uses our key, and works where `localStorage` is refused. */
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
        // Without storage the choice lasts until the page is left.
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
