/** Every page, and who looks at it. */
export const PAGES: { path: string; as?: string; heading: string | RegExp }[] = [
  { path: '/', heading: 'A quiet hour, kept for you.' },
  { path: '/', as: 'guest-1@example.com', heading: 'Your next seat' },
  { path: '/login', heading: 'Welcome back' },
  { path: '/register', heading: 'Create an account' },
  { path: '/nowhere', heading: 'There is nothing here' },
  { path: '/events', as: 'guest-1@example.com', heading: 'What is on' },
  { path: '/events?view=calendar', as: 'guest-1@example.com', heading: 'What is on' },
  { path: '/events?q=nothing-like-this', as: 'guest-1@example.com', heading: 'Nothing that fits' },
  { path: '/events/2', as: 'john.doe@example.com', heading: 'Vinyasa Flow' },
  { path: '/events/3', as: 'john.doe@example.com', heading: 'Breathwork at Dawn' },
  { path: '/events/1', as: 'guest-1@example.com', heading: 'Morning Meditation Session' },
  { path: '/bookings', as: 'guest-1@example.com', heading: 'Your bookings' },
  { path: '/bookings', as: 'john.doe@example.com', heading: 'Nothing booked' },
  { path: '/facilitators', as: 'john.doe@example.com', heading: 'Facilitators' },
  { path: '/facilitators/3', as: 'john.doe@example.com', heading: 'Amara Okafor' },
  { path: '/profile', as: 'john.doe@example.com', heading: 'Profile' },
]
