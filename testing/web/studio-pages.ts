import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import type { PAGES } from './pages.ts'
import type { WebApp } from './web-app.ts'

/** Pages that exist once the studio of `npm run seed -- --studio` is there, of which the titles, names and lists are long. */
export async function studioPages(app: WebApp): Promise<typeof PAGES> {
  const token = await app.tokenOf('admin@example.com')
  const find = async (query: string) =>
    (await app.ask('GET', `/api/events/?${query}`, { token })).events[0].id
  const named = (await app.ask('GET', '/api/events/?search=WWWW&per_page=100', { token })).events
  const wide = named.find(({ title }: { title: string }) => title === 'W'.repeat(200)).id
  const retreat = await find('type=retreat&search=days')
  const { events } = await app.ask('GET', '/api/events/?facilitator_id=1&per_page=100', { token })
  const long = events.find(
    ({ current_participants }: { current_participants: number }) => current_participants === 28,
  )
  const guest = 'guest-1@example.com'
  const jane = 'jane.smith@example.com'
  const admin = 'admin@example.com'
  return [
    { path: `/events/${wide}`, as: guest, heading: /W/ },
    { path: `/events?view=calendar&month=${nextMonth()}`, as: guest, heading: 'What is on' },
    { path: `/events/${retreat}`, as: guest, heading: /days of/ },
    { path: '/facilitators/7', as: guest, heading: /Ö/ },
    { path: `/manage/events/${wide}`, as: admin, heading: /W/ },
    { path: `/manage/events/${long.id}`, as: jane, heading: long.title },
    { path: `/manage/events?write=edit&event=${long.id}`, as: jane, heading: 'Change event' },
    { path: `/admin/mail?mail=${await aMail(app)}`, as: admin, heading: 'Mail' },
    { path: '/dashboard?of=7', as: admin, heading: /Hello/ },
    { path: '/bookings', as: 'studio-3@example.com', heading: 'Your bookings' },
    { path: '/profile', as: 'studio-3@example.com', heading: 'Profile' },
  ]
}

/** A mail that was sent, whose id is answered: one that there is, or a message to everybody of the first event. */
export async function aMail(app: WebApp): Promise<number> {
  const token = await app.tokenOf('admin@example.com')
  const find = async () =>
    (await app.ask('GET', '/api/mail?status=sent&search=towel', { token })).mails[0]?.id
  if ((await find()) === undefined) {
    const body = { subject: `Bring a towel: ${'W'.repeat(60)}`, text: 'W'.repeat(200) }
    await app.ask('POST', '/api/events/1/messages', { token, body })
    await waitUntil(async () => (await find()) !== undefined, 30_000)
  }
  return await find()
}

/** As `2026-12`. */
export function nextMonth(): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 15)).toISOString().slice(0, 7)
}
