import pg from 'pg'
import type { Sequelize } from 'sequelize'
import { Booking, Event, Facilitator, User } from './models.ts'

const CHUNK = 2_000
/** Beyond ours: the CRM would take an id that it knows for a repeat and do less. */
const FIRST_BOOKING_ID = 1_000_000_000

/** Gives the peer the same people, events and bookings as ours. */
export async function copyRows(sourceUrl: string, sequelize: Sequelize): Promise<void> {
  const source = new pg.Client({ connectionString: sourceUrl })
  await source.connect()
  const copy = async (table: string, keep: (rows: object[]) => Promise<unknown>) => {
    const { rows } = await source.query(`select * from ${table} order by id`)
    for (let from = 0; from < rows.length; from += CHUNK) await keep(rows.slice(from, from + CHUNK))
  }
  try {
    await copy('users', (rows) => User.bulkCreate(rows as User[]))
    await copy('facilitators', (rows) => Facilitator.bulkCreate(rows as Facilitator[]))
    await copy('events', (rows) => Event.bulkCreate(rows as Event[]))
    await copy('bookings', (rows) => Booking.bulkCreate(rows as Booking[]))
  } finally {
    await source.end()
  }
  await sequelize.query(`alter sequence bookings_id_seq restart with ${FIRST_BOOKING_ID}`)
  await sequelize.query('analyze')
}
