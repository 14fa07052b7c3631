import { DataTypes, type Model, Sequelize } from 'sequelize'

type Person = { id: number; first_name: string; last_name: string }
export type User = Model & Person & { email: string; phone: string | null; is_active: boolean }
type Facilitator = Model & Person & { bio: string | null }
type EventRow = {
  id: number
  title: string
  description: string | null
  event_type: string
  start_datetime: Date
  end_datetime: Date
  location: string | null
  virtual_link: string | null
  max_participants: number
  current_participants: number
  price: string
  status: string
  requirements: string | null
  facilitator_id: number
  created_at: Date
}
export type Event = Model & EventRow & { facilitator?: Facilitator }
type BookingRow = {
  id: number
  status: string
  payment_status: string
  notes: string | null
  booking_date: Date
  created_at: Date
}
export type Booking = Model & BookingRow & { user: User; event: Event }

// Sequelize writes into the attributes it is given, so that each needs an object of its own.
const id = () => ({ type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true })
const text = (defaultValue?: string) => ({
  type: DataTypes.TEXT,
  allowNull: false,
  ...(defaultValue && { defaultValue }),
})
const optionalText = () => ({ type: DataTypes.TEXT, allowNull: true })
const integer = () => ({ type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 })
const time = () => ({ type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW })
const names = () => ({ id: id(), first_name: text(), last_name: text() })

export type Models = ReturnType<typeof connect>

/** The models on their own connection pool, with the indexes that the three endpoints need. */
export function connect(url: string) {
  const define = { underscored: true, timestamps: false }
  const sequelize = new Sequelize(url, { dialect: 'postgres', logging: false, pool: { max: 10 }, define })
  const isActive = { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true }
  const User = sequelize.define<User>('users', {
    ...names(),
    email: { ...text(), unique: true },
    phone: optionalText(),
    is_active: isActive,
  })
  const Facilitator = sequelize.define<Facilitator>('facilitators', { ...names(), bio: optionalText() })
  const Event = sequelize.define<Event>(
    'events',
    {
      id: id(),
      title: text(),
      description: optionalText(),
      event_type: text(),
      start_datetime: time(),
      end_datetime: time(),
      location: optionalText(),
      virtual_link: optionalText(),
      max_participants: integer(),
      current_participants: integer(),
      price: { type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0 },
      status: text('ACTIVE'),
      requirements: optionalText(),
      created_at: time(),
    },
    { indexes: [{ fields: ['status', 'start_datetime', 'id'] }] },
  )
  const Booking = sequelize.define<Booking>(
    'bookings',
    {
      id: id(),
      status: text('CONFIRMED'),
      payment_status: text('pending'),
      notes: optionalText(),
      booking_date: time(),
      created_at: time(),
    },
    { indexes: [{ fields: ['user_id', 'event_id'] }, { fields: ['event_id'] }] },
  )
  const required = (name: string) => ({ foreignKey: { name, allowNull: false } })
  Event.belongsTo(Facilitator, { as: 'facilitator', ...required('facilitator_id') })
  Booking.belongsTo(User, { as: 'user', ...required('user_id') })
  Booking.belongsTo(Event, { as: 'event', ...required('event_id') })
  return { sequelize, User, Facilitator, Event, Booking }
}
