/** Every address of the app. Parameters begin with `$`. */
export const paths = {
  home: '/',
  login: '/login',
  register: '/register',
  events: '/events',
  event: '/events/$id',
  bookings: '/bookings',
  facilitators: '/facilitators',
  facilitator: '/facilitators/$id',
  profile: '/profile',
  dashboard: '/dashboard',
  manageEvents: '/manage/events',
  manageEvent: '/manage/events/$id',
  crm: '/crm',
  adminFacilitators: '/admin/facilitators',
  adminUsers: '/admin/users',
  adminDelivery: '/admin/delivery',
} as const
