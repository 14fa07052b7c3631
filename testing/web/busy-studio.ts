import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWebApp, type WebApp } from './web-app.ts'

/** The demo with a studio that has been busy for a month: Jane's contacts in all stages, a retreat, a roster in use. */
export async function startBusyStudio(env: Record<string, string> = {}): Promise<WebApp> {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-busy-'))
  const file = join(folder, 'crm_data.json')
  writeFileSync(file, JSON.stringify({ bookings: contacts(new Date()) }))
  // An empty CRM begins with what its file backup holds.
  const app = await startWebApp({ ...env, CRM_BACKUP_FILE: file })
  const token = await app.tokenOf(JANE)
  await addRetreat(app, token)
  await takePayments(app, token)
  return {
    ...app,
    async close() {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const JANE = 'jane.smith@example.com'
const FACILITATOR = 1
/** Above every booking of the Main API, which would otherwise miss them here. */
const FIRST_BOOKING = 900_001
const DAYS = 30
const HOUR_MS = 3_600_000

/** The retreat gets the next id after the demo's own events. */
const EVENTS = [
  { id: 1, title: 'Morning Meditation Session', type: 'session', share: 5 },
  { id: 12, title: 'Evening Meditation', type: 'session', share: 3 },
  { id: 10, title: 'Writing and Stillness', type: 'session', share: 3 },
  { id: 13, title: 'A Weekend of Silence', type: 'retreat', share: 4 },
  { id: 9, title: 'Walking Meditation', type: 'session', share: 2 },
]

const NAMES =
  `Aino Laine, Bruno Keller, Chiara Fontana, Dev Patel, Elif Kaya, Felix Braun, Greta Holm, Hana Mori,
Ivo Novak, Jonas Lind, Kaya Brooks, Leila Haddad, Marek Dudek, Nora Weiss, Oskar Berg, Paula Reyes, Rosa Marin,
Samir Aziz, Tilda Falk, Uma Rao, Vera Petrov, Wes Carter, Yara Costa, Zoe Martin`
    .split(',')
    .map((name) => name.trim())

function contacts(now: Date) {
  const offers = EVENTS.flatMap((event) => Array.from({ length: event.share }, () => event))
  let booking_id = FIRST_BOOKING
  return Array.from({ length: DAYS }, (_, day) => DAYS - 1 - day).flatMap((daysAgo) =>
    // Weeks have a rhythm, and this one grows.
    Array.from({ length: Math.round(2 + ((daysAgo * 7) % 5) * (1.5 - daysAgo / 30)) }, (_, i) => {
      const n = booking_id++ - FIRST_BOOKING
      const { share: _share, ...event } = offers[(n * 7 + i) % offers.length] ?? offers[0] ?? {}
      const name = NAMES[(n * 5) % NAMES.length] ?? ''
      const received = new Date(now.getTime() - daysAgo * 24 * HOUR_MS - ((n % 5) + 1) * HOUR_MS)
      return {
        booking_id: FIRST_BOOKING + n,
        facilitator_id: FACILITATOR,
        user: { id: 500 + (n % NAMES.length), email: addressOf(name), name, phone: '+49 30 5550123' },
        event,
        received_at: received.toISOString().slice(0, 19),
        ...progressOf(daysAgo, n, received),
      }
    }),
  )
}

const addressOf = (name: string) => `${name.toLowerCase().replaceAll(' ', '.')}@example.com`

/** The older, the further. */
function progressOf(daysAgo: number, n: number, received: Date) {
  const stages = ['new', 'reviewed', 'contacted', 'confirmed', 'completed']
  const reached = daysAgo > 9 ? 4 : Math.max(0, Math.min(3, Math.ceil(daysAgo / 2) - (n % 2)))
  const notes = ['Read what they wrote.', 'Comes for the first time, and by train.', 'Has the address.', null]
  const history = stages.slice(1, reached + 1).map((new_status, i) => ({
    old_status: stages[i],
    new_status,
    notes: notes[i],
    author: 'Jane Smith',
    changed_at: new Date(received.getTime() + (i + 1) * 20 * HOUR_MS).toISOString().slice(0, 19),
  }))
  return { crm_status: stages[reached], history }
}

async function addRetreat(app: WebApp, token: string): Promise<void> {
  const day = new Date(Date.now() + 19 * 24 * HOUR_MS).toISOString().slice(0, 10)
  const { event } = await app.ask('POST', '/api/events/', {
    token,
    body: {
      title: 'A Weekend of Silence',
      event_type: 'retreat',
      start_datetime: `${day}T15:00:00`,
      end_datetime: new Date(Date.parse(`${day}T15:00:00Z`) + 48 * HOUR_MS).toISOString(),
      timezone: 'Europe/Berlin',
      location: 'Beech Lodge',
      max_participants: 14,
      price: 390,
    },
  })
  for (const guest of [2, 5]) {
    await app.ask('POST', '/api/bookings/', {
      token: await app.tokenOf(`guest-${guest}@example.com`),
      body: { event_id: event.id, notes: guest === 2 ? 'I will come by the late train.' : null },
    })
  }
}

/** Of the first event, from most of those who come. */
async function takePayments(app: WebApp, token: string): Promise<void> {
  const { bookings } = await app.ask('GET', '/api/events/1/bookings', { token })
  for (const { id } of bookings.slice(0, 3))
    await app.ask('PUT', `/api/bookings/${id}/payment`, { token, body: { payment_status: 'paid' } })
}
