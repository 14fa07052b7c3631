import type { User } from './contract.ts'

/** The login of this device. It is kept in `localStorage`, so all tabs log in and out together. */
export type Session = { user: User; access_token: string; refresh_token: string }

const KEY = 'stillpoint.session'
const listeners = new Set<() => void>()
let current: Session | undefined
let text: string | null | undefined

export function get(): Session | undefined {
  const stored = read()
  // The same object as long as nothing has changed: React compares by identity.
  if (stored !== text) {
    text = stored
    current = parse(stored)
  }
  return current
}

/** Also takes the whole answer to a login. */
export function set({ user, access_token, refresh_token }: Session): void {
  endedToken = undefined
  write(JSON.stringify({ user, access_token, refresh_token }))
}

/** Changes the session that has this refresh token; does nothing if it has been replaced meanwhile, also by another tab. */
export function update(refresh_token: string, changes: Partial<Session>): void {
  const session = get()
  if (session?.refresh_token === refresh_token) set({ ...session, ...changes })
}

export function clear(): void {
  endedToken = undefined
  write(null)
}

/**
 * The server has refused the session. Somebody who is using this page keeps it, and is asked to log in again over it;
 * otherwise it is forgotten, and `hasEnded` tells why the login is shown.
 */
export function end(refused: string): void {
  endedToken = refused
  // Sticky since the page was loaded.
  if (globalThis.navigator?.userActivation?.hasBeenActive) for (const listener of listeners) listener()
  else write(null)
}

/** The refresh token that was refused: the same session may not be used again. */
let endedToken: string | undefined

/** Whether the server has refused the session of this page, whose user has to log in again. */
export function hasEnded(): boolean {
  const session = get()
  return endedToken !== undefined && (session === undefined || session.refresh_token === endedToken)
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

/** Stands in for `localStorage` where it is refused, as in some private windows. */
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
    // Without storage the session belongs to this tab.
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
