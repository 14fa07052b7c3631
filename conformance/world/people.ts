import { randomUUID } from 'node:crypto'
import { NotRun } from '../check.ts'
import type { Client } from '../client.ts'
import { facilitatorLogin, login, registration, type User, user } from '../contract/models.ts'
import { expectBody } from '../expect.ts'
import { documented } from '../shape.ts'
import { oncePerRun, type World } from './world.ts'

export type Registration = {
  email: string
  password: string
  first_name: string
  last_name: string
  phone: string
}

export type Person = {
  user: User
  password: string
  accessToken: string
  refreshToken: string
  /** The Main API, with this person's access token. */
  api: Client
}

export type Facilitator = { id: number; api: Client }

/** The person most checks act as. */
export const attendee = oncePerRun(newcomer)

/** Another person, who must not see the attendee's data. */
export const stranger = oncePerRun(newcomer)

export const facilitator = oncePerRun(async (world): Promise<Facilitator> => {
  const answer = await world.main.post('/api/facilitators/login', world.facilitatorCredentials)
  if (answer.status === 401 && !world.hasOwnFacilitator) {
    throw new NotRun(
      'the demo facilitator cannot log in: pass --facilitator-email and --facilitator-password',
    )
  }
  const body = expectBody(answer, 200, facilitatorLogin)
  return { id: body.facilitator.id, api: world.main.as(body.access_token) }
})

/** Registers and logs in a new person. */
export async function newcomer(world: World): Promise<Person> {
  const wanted = newRegistration()
  expectBody(await world.main.post('/api/auth/register', wanted), 201, registration)
  const answer = await world.main.post('/api/auth/login', { email: wanted.email, password: wanted.password })
  const body = expectBody(answer, 200, login)
  return {
    user: documented(user, body.user),
    password: wanted.password,
    accessToken: body.access_token,
    refreshToken: body.refresh_token,
    api: world.main.as(body.access_token),
  }
}

/** Random, because the accounts are not deleted and nobody should be able to use them. */
export function newRegistration(): Registration {
  return {
    email: `conformance+${randomUUID()}@example.com`,
    password: randomUUID(),
    first_name: 'Connie',
    last_name: 'Formance',
    phone: '+1234567890',
  }
}
