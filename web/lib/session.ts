import type { User } from '#booking/identity/users/user.schema.ts'

/** Who is logged in on this device. Kept where every tab sees it, so that all of them log in and out together. */
export type Session = { user: User; access_token: string; refresh_token: string }

const KEY = 'stillpoint.session'
const listeners = new Set<() => void>()
let current: Session | undefined
let text: string | null | undefined

export function get(): Session | undefined {
  const stored = read()
  // One object as long as it says the same: React compares by identity.
  if (stored !== text) {
    text = stored
    current = parse(stored)
  }
  return current
}

export function set(session: Session): void {
  write(JSON.stringify(session))
}

/**
 * Other tokens, or another name: nothing, when somebody has logged out or in meanwhile, or another tab has other tokens
 * by now.
 */
export function update(refresh_token: string, changes: Partial<Session>): void {
  const session = get()
  if (session?.refresh_token === refresh_token) set({ ...session, ...changes })
}

export function clear(): void {
  write(null)
}

/** Called for changes in this tab and in others. */
export function subscribe(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key === KEY || key === null) listener()
  }
  listeners.add(listener)
  addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', onStorage)
  }
}

/** What storage would hold, where there is none: a private window may refuse it. */
let withoutStorage: string | null = null

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return withoutStorage
  }
}

function write(value: string | null): void {
  withoutStorage = value
  try {
    if (value === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, value)
  } catch {
    // Then this tab remembers by itself.
  }
  for (const listener of listeners) listener()
}

function parse(stored: string | null): Session | undefined {
  if (stored === null) return undefined
  try {
    const session = JSON.parse(stored)
    return session?.access_token && session.refresh_token && session.user ? session : undefined
  } catch {
    return undefined
  }
}
