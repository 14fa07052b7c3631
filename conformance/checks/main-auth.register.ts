import { type Check, contract, decision } from '../check.ts'
import { registration } from '../contract/models.ts'
import {
  expectBody,
  expectCodedError,
  expectError,
  expectFieldError,
  expectThat,
  expectValues,
} from '../expect.ts'
import { attendee, newRegistration } from '../world/people.ts'

const path = '/api/auth/register'

/** `POST /api/auth/register`. */
export const registrationChecks: Check[] = [
  contract('creates the user and returns the user model with every documented field', async ({ main }) => {
    const { password, ...person } = newRegistration()
    const answer = await main.post(path, { ...person, password })
    const { user } = expectBody(answer, 201, registration)
    expectValues(answer, user, { ...person, is_active: true })
    expectThat(answer, !answer.text.includes(password), 'an answer without the password')
  }),
  ...['email', 'password'].map((field) =>
    contract(`refuses a registration without ${field}`, async ({ main }) => {
      expectError(await main.post(path, { ...newRegistration(), [field]: undefined }), 400)
    }),
  ),
  contract('refuses an empty body', async ({ main }) => {
    expectError(await main.post(path, {}), 400)
  }),
  contract('refuses an e-mail that is already registered with 409', async (world) => {
    const { email } = (await attendee(world)).user
    expectError(await world.main.post(path, { ...newRegistration(), email }), 409)
  }),
  decision('knows a registered e-mail in other case and with spaces around it', async (world) => {
    const { email } = (await attendee(world)).user
    for (const variant of [email.toUpperCase(), ` ${email} `]) {
      const answer = await world.main.post(path, { ...newRegistration(), email: variant })
      expectCodedError(answer, 409)
    }
  }),
  ...['email', 'password', 'first_name', 'last_name'].map((field) =>
    decision(`names ${field} in details when it is missing`, async ({ main }) => {
      const answer = await main.post(path, { ...newRegistration(), [field]: undefined })
      expectFieldError(answer, field)
    }),
  ),
  decision('takes an empty last_name, for people who have one name', async ({ main }) => {
    const { password, ...person } = { ...newRegistration(), first_name: 'Prince', last_name: '' }
    const answer = await main.post(path, { ...person, password })
    expectValues(answer, expectBody(answer, 201, registration).user, person)
  }),
  decision('refuses an e-mail that is none', async ({ main }) => {
    expectFieldError(await main.post(path, { ...newRegistration(), email: 'jane' }), 'email')
  }),
  decision('refuses passwords shorter than 8 or longer than 128 characters', async ({ main }) => {
    for (const password of ['x'.repeat(7), 'x'.repeat(129)]) {
      const answer = await main.post(path, { ...newRegistration(), password })
      expectFieldError(answer, 'password')
    }
  }),
  decision('needs no phone and ignores fields it does not know', async ({ main }) => {
    const person = { ...newRegistration(), phone: undefined, is_active: false }
    const answer = await main.post(path, person)
    const { user } = expectBody(answer, 201, registration)
    expectValues(answer, user, { phone: null, is_active: true })
  }),
]
