import {
  type CreationOptional,
  DataTypes,
  type ForeignKey,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type NonAttribute,
  Sequelize,
} from 'sequelize'

export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare id: CreationOptional<number>
  declare email: string
  declare first_name: string
  declare last_name: string
  declare phone: string | null
  declare is_active: CreationOptional<boolean>
}

export class Facilitator extends Model<InferAttributes<Facilitator>, InferCreationAttributes<Facilitator>> {
  declare id: CreationOptional<number>
  declare first_name: string
  declare last_name: string
  declare bio: string | null
}

export class Event extends Model<InferAttributes<Event>, InferCreationAttributes<Event>> {
  declare id: CreationOptional<number>
  declare title: string
  declare description: string | null
  declare event_type: string
  declare start_datetime: Date
  declare end_datetime: Date
  declare location: string | null
  declare virtual_link: string | null
  declare max_participants: number
  declare current_participants: CreationOptional<number>
  declare price: CreationOptional<string>
  declare status: CreationOptional<string>
  declare requirements: string | null
  declare facilitator_id: ForeignKey<number>
  declare facilitator?: NonAttribute<Facilitator>
  declare created_at: CreationOptional<Date>
}

export class Booking extends Model<InferAttributes<Booking>, InferCreationAttributes<Booking>> {
  declare id: CreationOptional<number>
  declare user_id: ForeignKey<number>
  declare event_id: ForeignKey<number>
  declare status: CreationOptional<string>
  declare payment_status: CreationOptional<string>
  declare notes: string | null
  declare booking_date: CreationOptional<Date>
  declare created_at: CreationOptional<Date>
  declare user?: NonAttribute<User>
  declare event?: NonAttribute<Event>
}

// Sequelize writes into the attributes it is given, so that each needs an object of its own.
const id = () => ({ type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true })
const text = () => ({ type: DataTypes.TEXT, allowNull: false })
const optionalText = () => ({ type: DataTypes.TEXT, allowNull: true })
const now = () => ({ type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW })

/** The models on their own connection pool, with the indexes that the three endpoints need. */
export function connect(url: string): Sequelize {
  const sequelize = new Sequelize(url, { dialect: 'postgres', logging: false, pool: { max: 10 } })
  const options = { sequelize, underscored: true, timestamps: false }
  User.init(
    {
      id: id(),
      email: { ...text(), unique: true },
      first_name: text(),
      last_name: text(),
      phone: optionalText(),
      is_active: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
    },
    { ...options, tableName: 'users' },
  )
  Facilitator.init(
    { id: id(), first_name: text(), last_name: text(), bio: optionalText() },
    { ...options, tableName: 'facilitators' },
  )
  Event.init(
    {
      id: id(),
      title: text(),
      description: optionalText(),
      event_type: text(),
      start_datetime: { type: DataTypes.DATE, allowNull: false },
      end_datetime: { type: DataTypes.DATE, allowNull: false },
      location: optionalText(),
      virtual_link: optionalText(),
      max_participants: { type: DataTypes.INTEGER, allowNull: false },
      current_participants: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      price: { type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0 },
      status: { ...text(), defaultValue: 'ACTIVE' },
      requirements: optionalText(),
      created_at: now(),
    },
    { ...options, tableName: 'events', indexes: [{ fields: ['status', 'start_datetime', 'id'] }] },
  )
  Booking.init(
    {
      id: id(),
      status: { ...text(), defaultValue: 'CONFIRMED' },
      payment_status: { ...text(), defaultValue: 'pending' },
      notes: optionalText(),
      booking_date: now(),
      created_at: now(),
    },
    {
      ...options,
      tableName: 'bookings',
      indexes: [{ fields: ['user_id', 'event_id'] }, { fields: ['event_id'] }],
    },
  )
  Event.belongsTo(Facilitator, {
    as: 'facilitator',
    foreignKey: { name: 'facilitator_id', allowNull: false },
  })
  Booking.belongsTo(User, { as: 'user', foreignKey: { name: 'user_id', allowNull: false } })
  Booking.belongsTo(Event, { as: 'event', foreignKey: { name: 'event_id', allowNull: false } })
  return sequelize
}
