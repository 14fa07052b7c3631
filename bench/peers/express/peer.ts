import { join } from 'node:path'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import type { Model, ModelStatic } from 'sequelize'
import { startRemote } from '../../remote.ts'
import { connect, type Models } from './models.ts'

const JWT_SECRET = 'a-secret-of-the-peer-with-more-than-32-bytes'

const CHUNK = 2_000
/** Beyond ours: the CRM would take an id that it knows for a repeat and do less. */
const FIRST_BOOKING_ID = 1_000_000_000

/** The peer on a database of its own, filled with the users, facilitators and events of ours. */
export async function startPeer(options: {
  sourceUrl: string
  databaseUrl: string
  crmUrl: string
  crmToken: string
}) {
  const { sourceUrl, databaseUrl, crmUrl, crmToken } = options
  const models = connect(databaseUrl)
  await copyRows(sourceUrl, models)
  await models.sequelize.close()
  const remote = startRemote(join(import.meta.dirname, 'peer-process.ts'))
  const port = await remote.ask<number>('listen', { databaseUrl, jwtSecret: JWT_SECRET, crmUrl, crmToken })
  return {
    pid: remote.pid,
    url: `http://127.0.0.1:${port}`,
    tokenFor: (userId: number) => jwt.sign({}, JWT_SECRET, { subject: String(userId), expiresIn: '1h' }),
    stop: remote.stop,
  }
}

/** Gives the peer the same people, events and bookings as ours, in new tables. */
export async function copyRows(
  sourceUrl: string,
  { sequelize, User, Facilitator, Event, Booking }: Models,
): Promise<void> {
  await sequelize.sync({ force: true })
  const source = new pg.Client({ connectionString: sourceUrl })
  await source.connect()
  try {
    for (const each of [User, Facilitator, Event, Booking]) {
      const model = each as ModelStatic<Model>
      const { rows } = await source.query(`select * from ${model.tableName} order by id`)
      for (let from = 0; from < rows.length; from += CHUNK)
        await model.bulkCreate(rows.slice(from, from + CHUNK))
    }
  } finally {
    await source.end()
  }
  await sequelize.query(`alter sequence bookings_id_seq restart with ${FIRST_BOOKING_ID}`)
  await sequelize.query('analyze')
}
