import { MAX_ID } from '#shared/http/schemas/schemas.ts'

/** A page of the web app. `private`: it shows nothing to a stranger. */
export type Page =
  | { kind: 'home' | 'events' | 'facilitators' | 'private' }
  | { kind: 'event' | 'facilitator'; id: number }

const NAMED: Record<string, Page> = {
  '/': { kind: 'home' },
  '/events': { kind: 'events' },
  '/facilitators': { kind: 'facilitators' },
}
const NUMBERED = [
  { kind: 'event', pattern: /^\/events\/(\d{1,10})$/ },
  { kind: 'facilitator', pattern: /^\/facilitators\/(\d{1,10})$/ },
] as const
const PRIVATE =
  /^\/(login|register|forgot-password|reset-password|verify-email|bookings|profile|dashboard|crm|manage\/events(\/[^/]+)?|admin\/(facilitators|users|delivery|mail))$/

/** Returns the page at this URL of the web app; undefined when there is none. */
export function findPage(url: string): Page | undefined {
  const path = url.split(/[?#]/, 1)[0]?.replace(/(?<=.)\/+$/, '') ?? ''
  if (Object.hasOwn(NAMED, path)) return NAMED[path]
  for (const { kind, pattern } of NUMBERED) {
    const id = Number(pattern.exec(path)?.[1])
    if (id >= 1 && id <= MAX_ID) return { kind, id }
  }
  return PRIVATE.test(path) ? { kind: 'private' } : undefined
}

export const addressOf = {
  home: '/',
  events: '/events',
  facilitators: '/facilitators',
  event: (id: number) => `/events/${id}`,
  facilitator: (id: number) => `/facilitators/${id}`,
  cover: (id: number) => `/events/${id}/cover.png`,
}
