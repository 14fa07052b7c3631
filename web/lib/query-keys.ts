/**
 * The key of everything that is read from the API. Keys are prefixes: to invalidate one is to invalidate all that begin
 * with it.
 */
export const keys = {
  settings: ['settings'],
  account: {
    own: ['account'],
    sessions: ['account', 'sessions'],
  },
  /** Everything below `events.all` holds events, so that live updates of one event are written into all of it. */
  events: {
    all: ['events'],
    page: (query: string) => ['events', 'page', query] as const,
    list: (query: string) => ['events', 'list', query] as const,
    series: (series_id: number) => ['events', 'series', series_id] as const,
    days: (query: string) => ['events', 'days', query] as const,
    one: (id: number) => ['events', 'one', id] as const,
    parts: (parent_event_id: number) => ['events', 'parts', parent_event_id] as const,
    parentChoices: (facilitator_id: number) => ['events', 'parent-choices', facilitator_id] as const,
    lastZone: (facilitator_id: number) => ['events', 'last-zone', facilitator_id] as const,
    own: (filters: object) => ['events', 'own', filters] as const,
  },
  bookings: {
    all: ['bookings'],
    upcoming: (page: number) => ['bookings', 'upcoming', page] as const,
    ofEvent: (event_id: number) => ['bookings', 'event', event_id] as const,
    past: (page: number) => ['bookings', 'past', page] as const,
    cancelled: (page: number) => ['bookings', 'cancelled', page] as const,
  },
  notices: ['notices'],
  waitlist: {
    all: ['waitlist'],
    own: ['waitlist', 'own'],
    event: (event_id: number) => ['waitlist', event_id] as const,
    entries: (event_id: number) => ['waitlist', event_id, 'entries'] as const,
  },
  roster: {
    all: ['roster'],
    mark: ['roster', 'mark'],
    event: (event_id: number) => ['roster', event_id] as const,
    page: (event_id: number, page: number) => ['roster', event_id, page] as const,
  },
  messages: {
    audience: (event_id: number) => ['messages', event_id] as const,
  },
  facilitators: {
    all: ['facilitators'],
    active: ['facilitators', 'active'],
    every: ['facilitators', 'every'],
    one: (id: number) => ['facilitators', 'one', id] as const,
  },
  dashboard: {
    all: ['dashboard'],
    one: (facilitator_id: number) => ['dashboard', facilitator_id] as const,
  },
  crm: {
    all: ['crm'],
    of: (facilitator_id: number) => ['crm', facilitator_id] as const,
    boards: (facilitator_id: number) => ['crm', facilitator_id, 'board'] as const,
    search: (facilitator_id: number, text: string) => ['crm', facilitator_id, 'board', text] as const,
    contact: (facilitator_id: number, booking_id: number) =>
      ['crm', facilitator_id, 'contact', booking_id] as const,
    entry: (facilitator_id: number, booking_id: number) =>
      ['crm', facilitator_id, 'contact', booking_id, 'entry'] as const,
    history: (facilitator_id: number, booking_id: number) =>
      ['crm', facilitator_id, 'contact', booking_id, 'history'] as const,
  },
  delivery: {
    all: ['delivery'],
    health: ['delivery', 'health'],
    reconciliation: ['delivery', 'reconciliation'],
  },
  mail: {
    all: ['mail'],
    page: (query: string) => ['mail', 'page', query] as const,
    one: (id: number) => ['mail', 'one', id] as const,
  },
  auditLog: {
    all: ['audit-log'],
    page: (subject: string, page: number) => ['audit-log', subject, page] as const,
  },
  users: {
    all: ['users'],
    page: (query: string) => ['users', query] as const,
    admins: ['users', 'admins'],
  },
} as const
