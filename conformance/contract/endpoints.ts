type Needs = 'nothing' | 'access token' | 'refresh token' | 'crm token'

export type Endpoint = { method: 'GET' | 'POST' | 'PUT'; path: string; needs: Needs }

/** An unknown id: within the 32-bit range, and above all ids that the suite generates. */
export const unknownId = 2_147_483_000

/** Every endpoint of the published contract, by area. */
export const endpoints = {
  'main-auth': [
    { method: 'POST', path: '/api/auth/register', needs: 'nothing' },
    { method: 'POST', path: '/api/auth/login', needs: 'nothing' },
    { method: 'POST', path: '/api/auth/google-login', needs: 'nothing' },
    { method: 'POST', path: '/api/auth/refresh', needs: 'refresh token' },
    { method: 'GET', path: '/api/auth/profile', needs: 'access token' },
  ],
  'main-events': [
    { method: 'GET', path: '/api/events/', needs: 'access token' },
    { method: 'GET', path: '/api/events/<event_id>', needs: 'access token' },
    { method: 'GET', path: '/api/events/types', needs: 'access token' },
  ],
  'main-bookings': [
    { method: 'POST', path: '/api/bookings/', needs: 'access token' },
    { method: 'GET', path: '/api/bookings/', needs: 'access token' },
    { method: 'GET', path: '/api/bookings/<booking_id>', needs: 'access token' },
    { method: 'PUT', path: '/api/bookings/<booking_id>/cancel', needs: 'access token' },
  ],
  'main-facilitators': [
    { method: 'GET', path: '/api/facilitators/', needs: 'access token' },
    { method: 'GET', path: '/api/facilitators/<facilitator_id>', needs: 'access token' },
    { method: 'GET', path: '/api/facilitators/<facilitator_id>/events', needs: 'access token' },
    { method: 'POST', path: '/api/facilitators/login', needs: 'nothing' },
  ],
  'main-health': [{ method: 'GET', path: '/health', needs: 'nothing' }],
  'crm-notify': [{ method: 'POST', path: '/api/notify', needs: 'crm token' }],
  'crm-bookings': [
    { method: 'GET', path: '/api/bookings', needs: 'crm token' },
    { method: 'GET', path: '/api/bookings/<booking_id>', needs: 'crm token' },
    { method: 'PUT', path: '/api/bookings/<booking_id>/status', needs: 'crm token' },
  ],
  'crm-facilitators': [
    { method: 'GET', path: '/api/facilitators/<facilitator_id>/bookings', needs: 'crm token' },
    { method: 'GET', path: '/api/facilitators/<facilitator_id>/dashboard', needs: 'crm token' },
  ],
  'crm-health': [{ method: 'GET', path: '/health', needs: 'nothing' }],
} satisfies Record<string, Endpoint[]>

export function nameOf({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** `/api/events/<event_id>` with its placeholder filled. */
export function pathWith(path: string, id: number | string): string {
  return path.replace(/<\w+>/, String(id))
}
