import type { NewEvent } from '#booking/database/event.table.ts'
import type { NewFacilitator } from '#booking/database/facilitator.table.ts'
import { DEMO_PASSWORD } from '#booking/demo/demo-data.ts'
import type { Deps } from '#booking/deps.ts'
import * as eventStore from '#booking/events/event.store.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { fromWallTime, parseWallTime } from '#shared/lib/wall-time.ts'
import * as studioStore from './studio.store.ts'
import { studioBookings } from './studio-bookings.ts'
import { ARABIC_NOTE, LONG_DESCRIPTION, PEOPLE, TEACHERS, TITLES } from './studio-words.ts'

export const STUDIO = { events: 120, bookings: 340, people: 60 }

const ZONE = 'Europe/Berlin'
const DAY_MS = 86_400_000
const SESSIONS = 108
/** Sessions a day at fixed hours, so that those of a day never overlap. */
const HOURS = ['07:00', '10:00', '18:00']
/** Retreats by their first day from today and their length in days. */
const RETREATS = [
  { day: -1, days: 3 },
  { day: 2, days: 4 },
  { day: 3, days: 2 },
  { day: 4, days: 5 },
  { day: 9, days: 3 },
  { day: 13, days: 7 },
  { day: 16, days: 3 },
  { day: 20, days: 10 },
  { day: 26, days: 3 },
  { day: 30, days: 4 },
  { day: 34, days: 14 },
  { day: -9, days: 4 },
]

/**
 * Adds the events, people and bookings of a studio of some size, for looking at the pages: retreats of several days, series,
 * titles of 200 characters, names of many scripts. It is the same every time, counted from today. Half of the events are led by
 * the demo's facilitator, if there is one. One transaction. Throws an Error if the studio is there already.
 */
export async function seedStudio({ db, clock }: Deps): Promise<void> {
  const now = clock.now()
  const password_hash = await hashPassword(DEMO_PASSWORD)
  await db.transaction().execute(async (trx) => {
    const teachers: number[] = []
    for (const teacher of TEACHERS)
      teachers.push((await facilitatorStore.insert(trx, newTeacher(teacher))).id)
    const people: number[] = []
    for (const [i, [first_name, last_name]] of PEOPLE.entries()) {
      const user = await userStore.insert(trx, {
        email: `studio-${i + 1}@example.com`,
        password_hash,
        google_sub: null,
        first_name,
        last_name,
        phone: i % 3 === 0 ? `+49 151 23456${String(i).padStart(2, '0')}` : null,
        is_demo: true,
      })
      if (!user) throw new Error('The studio is there already: it can be added once.')
      people.push(user.id)
    }
    const host = (await studioStore.findHost(trx)) ?? (teachers[0] as number)
    const series = await studioStore.insertSeries(trx, host)
    const events = newEvents({ now, host, teachers, series })
    const ids = (await eventStore.insertMany(trx, events)).map(({ id }) => id)
    const guests = [...(await studioStore.listGuests(trx)), ...people]
    const busy = await studioStore.listHeld(trx, guests)
    const { bookings, waiting } = studioBookings({ events, ids, guests, busy, now, count: STUDIO.bookings })
    await studioStore.insertBookings(trx, bookings)
    await studioStore.insertWaiting(trx, waiting, now)
  })
}

const newTeacher = ([first_name, last_name, specialization]: (typeof TEACHERS)[number]): NewFacilitator => ({
  user_id: null,
  first_name,
  last_name,
  specialization,
  bio: LONG_DESCRIPTION,
  experience_years: 11,
})

type Cast = { now: Date; host: number; teachers: number[]; series: number }

function newEvents({ now, host, teachers, series }: Cast): NewEvent[] {
  const at = (day: number, time: string) => {
    const date = new Date(now.getTime() + day * DAY_MS).toISOString().slice(0, 10)
    return fromWallTime(parseWallTime(`${date}T${time}`), ZONE)
  }
  const sessions = Array.from({ length: SESSIONS }, (_, n): NewEvent => {
    // Led by the host, whose series it is.
    const isWeekly = n % 18 === 4
    const start_datetime = at(Math.floor(n / HOURS.length) - 5, HOURS[n % HOURS.length] as string)
    return {
      ...newEvent(n, teachers, host, now),
      title: isWeekly ? 'Vinyasa am Abend, jede Woche' : (TITLES[n % TITLES.length] as string),
      event_type: 'SESSION',
      start_datetime,
      end_datetime: new Date(start_datetime.getTime() + (n % 4 === 3 ? 90 : 60) * 60_000),
      price: n % 5 === 0 ? 0 : 12 + (n % 7),
      series_id: isWeekly ? series : null,
    }
  })
  const retreats = RETREATS.map(
    ({ day, days }, n): NewEvent => ({
      ...newEvent(n, teachers, host, now),
      title: `${days} days of ${TITLES[(n * 5) % TITLES.length]}`.slice(0, 200),
      event_type: 'RETREAT',
      start_datetime: at(day, '21:00'),
      end_datetime: at(day + days - 1, '22:30'),
      price: 190 + 70 * days,
    }),
  )
  return [...sessions, ...retreats].map((event) =>
    event.end_datetime <= now ? { ...event, status: event.status ?? 'COMPLETED' } : event,
  )
}

type Common = Omit<NewEvent, 'title' | 'event_type' | 'start_datetime' | 'end_datetime'>

function newEvent(n: number, teachers: number[], host: number, now: Date): Common {
  const isOnline = n % 6 === 5
  return {
    description: n % 3 === 0 ? LONG_DESCRIPTION : n % 7 === 1 ? ARABIC_NOTE : 'Come as you are.',
    facilitator_id: n % 2 === 0 ? host : (teachers[n % teachers.length] as number),
    location: isOnline
      ? null
      : n % 11 === 2
        ? 'Hinterhof'.repeat(20)
        : 'Studio am Fluß, Oderberger Straße 12, Berlin',
    virtual_link: isOnline ? 'https://meet.example.com/a-room-for-those-who-are-somewhere-else' : null,
    max_participants: n === 22 ? 40 : n % 8 === 2 ? 4 : 14,
    requirements: n % 4 === 0 ? 'Bring a blanket, water and warm socks.' : null,
    timezone: ZONE,
    cancellation_deadline_hours: n % 3 === 1 ? 24 : 0,
    created_at: now,
    ...(n % 23 === 17 && { status: 'CANCELLED' as const }),
    cancellation_reason: n % 23 === 17 ? 'Marlène has the flu. Sorry!' : null,
    series_id: null,
  }
}
