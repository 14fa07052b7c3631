import type { NewEvent } from '#booking/database/event.table.ts'
import type { NewFacilitator } from '#booking/database/facilitator.table.ts'

/** Length of the demo programme. Each event has a slot in it, so that moves by whole cycles never make two overlap. */
export const CYCLE_DAYS = 14

export const DEMO_FACILITATORS: Omit<NewFacilitator, 'user_id'>[] = [
  {
    first_name: 'Jane',
    last_name: 'Smith',
    bio: 'Certified meditation instructor',
    specialization: 'Meditation',
    experience_years: 12,
  },
  {
    first_name: 'Tomás',
    last_name: 'Rivera',
    bio: 'Teaches vinyasa and restorative yoga, with an eye for the breath.',
    specialization: 'Yoga',
    experience_years: 9,
  },
  {
    first_name: 'Amara',
    last_name: 'Okafor',
    bio: 'Sound and silence: gongs, bowls and long quiet walks.',
    specialization: 'Sound and nature',
    experience_years: 15,
  },
  {
    first_name: 'Linnea',
    last_name: 'Berg',
    bio: 'Tai chi and slow movement for bodies of every age.',
    specialization: 'Tai chi',
    experience_years: 21,
  },
]

export type DemoEvent = Omit<NewEvent, 'start_datetime' | 'end_datetime' | 'timezone'> & {
  timezone: string
  /** Day of the cycle, tomorrow being 0, and `at` the local time. */
  day: number
  at: string
  lengthMinutes: number
  /** Number of seats held by demo guests. */
  booked: number
}

const HOUR = 60
const DAY = 24 * HOUR

/** The first is the published contract's example; the third is full; the fourth is virtual. */
export const DEMO_EVENTS: DemoEvent[] = [
  demo(
    'Morning Meditation Session',
    'SESSION',
    1,
    { day: 0, at: '07:00', lengthMinutes: HOUR, booked: 5 },
    {
      description: 'Start your day with mindfulness',
      location: 'Wellness Center',
      max_participants: 20,
      price: 25,
      requirements: 'Bring your own mat',
      timezone: 'UTC',
    },
  ),
  demo(
    'Vinyasa Flow',
    'SESSION',
    2,
    { day: 0, at: '18:00', lengthMinutes: 75, booked: 3 },
    {
      description: 'An unhurried flow that ends in a long rest.',
      location: 'Studio A',
      max_participants: 16,
      price: 22,
      requirements: 'Some experience helps',
    },
  ),
  demo(
    'Breathwork at Dawn',
    'SESSION',
    3,
    { day: 1, at: '06:30', lengthMinutes: HOUR, booked: 4 },
    {
      description: 'Four seats, one candle, forty minutes of breath.',
      location: 'The Glasshouse',
      max_participants: 4,
      price: 30,
    },
  ),
  demo(
    'Online Yoga Nidra',
    'SESSION',
    2,
    { day: 1, at: '20:00', lengthMinutes: HOUR, booked: 2 },
    {
      description: 'Guided rest from your own bed.',
      virtual_link: 'https://meet.example.com/yoga-nidra',
      max_participants: 50,
      price: 12,
    },
  ),
  demo(
    'Restorative Yoga',
    'SESSION',
    2,
    { day: 2, at: '17:30', lengthMinutes: 75, booked: 1 },
    {
      description: 'Bolsters, blankets and very little effort.',
      location: 'Studio B',
      max_participants: 12,
      price: 24,
    },
  ),
  demo(
    'Sound Bath',
    'SESSION',
    3,
    { day: 3, at: '19:00', lengthMinutes: 90, booked: 6 },
    {
      description: 'Lie down; the gongs do the rest.',
      location: 'The Glasshouse',
      max_participants: 24,
      price: 28,
    },
  ),
  demo(
    'Forest Silence Retreat',
    'RETREAT',
    3,
    { day: 4, at: '16:00', lengthMinutes: 2 * DAY, booked: 4 },
    {
      description: 'Two days without words among old beeches. Meals included.',
      location: 'Beech Lodge',
      max_participants: 12,
      price: 480,
      requirements: 'Warm clothes and walking shoes',
    },
  ),
  demo(
    'Tai Chi for Beginners',
    'SESSION',
    4,
    { day: 7, at: '08:00', lengthMinutes: HOUR, booked: 2 },
    {
      description: 'The first eight movements, slowly. Free of charge.',
      location: 'Riverside Lawn',
      max_participants: 30,
      price: 0,
    },
  ),
  demo(
    'Walking Meditation',
    'SESSION',
    1,
    { day: 8, at: '09:00', lengthMinutes: HOUR, booked: 0 },
    {
      description: 'An hour along the river at the pace of breathing.',
      location: 'Riverside Lawn',
      max_participants: 15,
      price: 15,
    },
  ),
  demo(
    'Writing and Stillness',
    'SESSION',
    1,
    { day: 9, at: '10:00', lengthMinutes: 2 * HOUR, booked: 3 },
    {
      description: 'Sit, then write, then sit again.',
      location: 'The Library',
      max_participants: 10,
      price: 35,
      requirements: 'Bring a notebook',
    },
  ),
  demo(
    'Mountain Yoga Retreat',
    'RETREAT',
    2,
    { day: 10, at: '15:00', lengthMinutes: 2 * DAY, booked: 6 },
    {
      description: 'Two nights above the tree line, three practices a day.',
      location: 'Hut at Clear Lake',
      max_participants: 18,
      price: 620,
      requirements: 'A mat and a head torch',
    },
  ),
  demo(
    'Evening Meditation',
    'SESSION',
    1,
    { day: 13, at: '19:00', lengthMinutes: 45, booked: 1 },
    {
      description: 'Close the week in silence.',
      location: 'Wellness Center',
      max_participants: 20,
      price: 18,
    },
  ),
]

function demo(
  title: string,
  event_type: NewEvent['event_type'],
  facilitator_id: number,
  slot: Pick<DemoEvent, 'day' | 'at' | 'lengthMinutes' | 'booked'>,
  rest: Pick<NewEvent, 'max_participants' | 'price'> & Partial<NewEvent>,
): DemoEvent {
  const empty = { description: null, location: null, virtual_link: null, requirements: null }
  const timezone = rest.timezone ?? 'Europe/Berlin'
  return { title, event_type, facilitator_id, ...slot, ...empty, ...rest, timezone }
}
