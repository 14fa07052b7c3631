import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import jwt from 'jsonwebtoken'
import { Op } from 'sequelize'
import { bookingJson, eventJson, notificationJson, pagination } from './json.ts'
import type { Booking, Models, User as UserRow } from './models.ts'

export type PeerConfig = { jwtSecret: string; crmUrl: string; crmToken: string }

const CRM_MAX_MS = 5_000

/** Three endpoints of the published contract, as most teams would write them with Express and Sequelize. */
export function createApp(models: Models, config: PeerConfig): Express {
  const { sequelize, Booking, Event, Facilitator, User } = models
  const app = express()
  app.use(express.json())
  app.use('/api', authenticate(models, config.jwtSecret))

  app.get('/api/events/', async (req, res) => {
    const { page, perPage } = readPage(req)
    const { rows, count } = await Event.findAndCountAll({
      where: { status: 'ACTIVE', start_datetime: { [Op.gt]: new Date() } },
      include: [{ model: Facilitator, as: 'facilitator' }],
      order: ['start_datetime', 'id'],
      limit: perPage,
      offset: (page - 1) * perPage,
    })
    res.json({ events: rows.map(eventJson), pagination: pagination(page, perPage, count) })
  })

  app.get('/api/bookings/', async (req, res) => {
    const { page, perPage } = readPage(req)
    const { rows, count } = await Booking.findAndCountAll({
      where: { user_id: res.locals.user.id },
      include: [
        { model: User, as: 'user' },
        { model: Event, as: 'event' },
      ],
      order: [['id', 'DESC']],
      limit: perPage,
      offset: (page - 1) * perPage,
    })
    res.json({ bookings: rows.map(bookingJson), pagination: pagination(page, perPage, count) })
  })

  app.post('/api/bookings/', async (req, res) => {
    const user: UserRow = res.locals.user
    const { event_id, notes = null } = req.body ?? {}
    if (!Number.isInteger(event_id)) throw new HttpError(400, 'event_id is required')
    const { booking, event } = await sequelize.transaction(async (transaction) => {
      const event = await Event.findByPk(event_id, { transaction, lock: transaction.LOCK.UPDATE })
      if (!event) throw new HttpError(404, 'Event not found')
      if (event.status !== 'ACTIVE') throw new HttpError(400, 'Event is not active')
      if (event.start_datetime <= new Date()) throw new HttpError(400, 'Event has already started')
      if (event.current_participants >= event.max_participants) throw new HttpError(409, 'Event is full')
      const where = { user_id: user.id, event_id, status: { [Op.ne]: 'CANCELLED' } }
      if (await Booking.findOne({ where, transaction })) throw new HttpError(409, 'Already booked')
      const booking = await Booking.create({ user_id: user.id, event_id, notes }, { transaction })
      await event.increment('current_participants', { transaction })
      return { booking, event }
    })
    booking.user = user
    booking.event = event
    const crm_notified = await notifyCrm(config, booking)
    res
      .status(201)
      .json({ message: 'Booking created successfully', booking: bookingJson(booking), crm_notified })
  })

  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    const status = error instanceof HttpError ? error.status : 500
    res.status(status).json({ error: status === 500 ? 'Internal server error' : error.message })
  })
  return app
}

class HttpError extends Error {
  status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

function authenticate({ User }: Models, secret: string) {
  return async (req: Request, res: Response, next: NextFunction) => {
    const token = req.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const user = await User.findByPk(readUserId(token, secret))
    if (!user?.is_active) throw new HttpError(401, 'Invalid token')
    res.locals.user = user
    next()
  }
}

function readUserId(token: string, secret: string): number {
  try {
    return Number(jwt.verify(token, secret, { algorithms: ['HS256'] }).sub)
  } catch {
    throw new HttpError(401, 'Invalid token')
  }
}

/** After the commit; a CRM that is away does not fail the booking. */
async function notifyCrm({ crmUrl, crmToken }: PeerConfig, booking: Booking): Promise<boolean> {
  try {
    const answer = await fetch(`${crmUrl}/api/notify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${crmToken}` },
      body: JSON.stringify(notificationJson(booking)),
      signal: AbortSignal.timeout(CRM_MAX_MS),
    })
    await answer.json()
    return answer.ok
  } catch (error) {
    console.error('CRM notification failed', error)
    return false
  }
}

function readPage({ query }: Request): { page: number; perPage: number } {
  const page = Math.max(1, Number(query.page) || 1)
  return { page, perPage: Math.min(100, Math.max(1, Number(query.per_page) || 10)) }
}
