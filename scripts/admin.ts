/** Commands of operators on accounts. Run without arguments for help. */

import { loadConfig } from '#booking/config.ts'
import { repeatAll } from '#booking/crm-link/erasures/crm-erasure.store.ts'
import { appoint } from '#booking/facilitators/facilitator.service.ts'
import * as accounts from '#booking/identity/login/account.service.ts'
import { openDeps } from '#booking/open-deps.ts'
import { AppError } from '#shared/errors/app-error.ts'
import { messageOf, toError } from '#shared/errors/error-facts.ts'
import { leave, opened, readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import { createLogger } from '#shared/telemetry/logger.ts'
import { inOperatorWords } from './admin/operator-words.ts'
import { readPassword } from './admin/read-password.ts'
import * as users from './admin/user-commands.ts'

const HELP = `Usage:
  npm run admin -- create-admin       --email E --first-name F [--last-name L] [--existing]
  npm run admin -- create-facilitator --email E --first-name F [--last-name L] [--existing]
                                      [--bio B] [--specialization S] [--experience-years N]
  npm run admin -- reset-password     --email E
  npm run admin -- close-account      --email E [--leave-events]   sessions end, what is ahead is cancelled, roles go
  npm run admin -- reopen-account     --email E
  npm run admin -- demote             --email E                    no longer an admin
  npm run admin -- cancel-bookings    --email E [--reason R]       all that the person has ahead
  npm run admin -- list-users         [--search S]                 part of a name or an address
  npm run admin -- repeat-erasures    after an old backup of the CRM was restored: it is told again whom to forget

A password is asked for at a terminal, and otherwise read from the first line of standard input (--password-stdin waits for
it). Without one a random one is made and printed. --password P works too, but whoever uses this machine can read it.
An account whose address is confirmed, by a mailed link or by Google, is promoted and keeps its password. Any other that exists may have been opened by
anybody: it is refused, unless --existing gives it the name and the password and ends all of its sessions.
Who was a facilitator before is one again, with the events and the profile of then; what you say of the profile is changed.`

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const { values, positionals } = readCommandLine(HELP, {
  allowPositionals: true,
  options: {
    email: text,
    password: text,
    'password-stdin': flag,
    existing: flag,
    'first-name': text,
    'last-name': text,
    bio: text,
    specialization: text,
    'experience-years': text,
    'leave-events': flag,
    reason: text,
    search: text,
  },
})

type Option = 'email' | 'first-name'
/** `run` returns what is printed. */
type Command = { required: Option[]; run: () => Promise<string> }

const PERSON: Option[] = ['email', 'first-name']
const email = values.email ?? ''
const commands: Record<string, Command> = {
  'create-admin': { required: PERSON, run: createAdmin },
  'create-facilitator': { required: PERSON, run: createFacilitator },
  'reset-password': { required: ['email'], run: resetPassword },
  'close-account': {
    required: ['email'],
    run: () => users.closeAccount(deps, email, values['leave-events']),
  },
  'reopen-account': { required: ['email'], run: () => users.reopenAccount(deps, email) },
  demote: { required: ['email'], run: () => users.demote(deps, email) },
  'cancel-bookings': { required: ['email'], run: () => users.cancelAll(deps, email, values.reason) },
  'list-users': { required: [], run: () => users.listUsers(deps, values.search) },
  'repeat-erasures': {
    required: [],
    run: async () =>
      `The CRM will be told again to forget ${await repeatAll(deps.db, deps.clock.now())} people.`,
  },
}
const [name, tooMuch] = positionals
if (name === undefined && process.argv.length === 2) leave(HELP)
if (name === undefined) refuseCommandLine('Which command?')
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (!command) refuseCommandLine(`There is no command “${name}”.`)
if (tooMuch !== undefined) refuseCommandLine(`“${tooMuch}” is one word too many.`)
const missing = command.required.find((option) => !values[option])
if (missing) {
  console.error(`--${missing} is missing.`)
  process.exit(1)
}
if (values.password !== undefined)
  console.error('Whoever uses this machine can read --password: leave it out, and it is asked for.')

const { deps: all, close } = await opened(async () => openDeps(loadConfig(), createLogger('admin', 'warn')))
/** Outbox messages are left to the service, because this process ends before they are delivered. */
const deps = { ...all, crm: { ...all.crm, delivery: { ...all.crm.delivery, sendSoon() {} } } }
try {
  console.log(await command.run())
} catch (error) {
  // Plain errors are expected faults with a full sentence; others are thrown with their stack.
  if (!(error instanceof AppError) && toError(error).constructor !== Error) throw error
  console.error(error instanceof AppError ? inOperatorWords(error) : messageOf(error))
  process.exitCode = 1
} finally {
  await close()
}

async function createAdmin(): Promise<string> {
  const { person, given, shown } = await readPerson()
  const { isNew, account } = await accounts.createAdmin(deps, person)
  return `${person.email} is ${isNew ? 'now' : 'already'} an admin${outcome(account, given, shown)}.`
}

async function createFacilitator(): Promise<string> {
  const { person, given, shown } = await readPerson()
  const { isNew, account, facilitator } = await appoint(deps, null, person, {
    bio: values.bio ?? null,
    specialization: values.specialization ?? null,
    experience_years: values['experience-years'] ? Number(values['experience-years']) : null,
  })
  return `${person.email} is ${isNew ? 'now' : 'already'} facilitator ${facilitator.id}${outcome(account, given, shown)}.`
}

async function resetPassword(): Promise<string> {
  const { password, shown } = await read()
  await accounts.resetPassword(deps, email, password)
  return `${email} has a new password${shown}, and all of its sessions have ended.`
}

/** Asks for a password only when it will be used. */
async function readPerson() {
  const { existing } = values
  const person = {
    email,
    first_name: values['first-name'] ?? '',
    last_name: values['last-name'] ?? '',
    existing,
  }
  if (await accounts.isPasswordNeeded(deps, person)) {
    const { password, shown } = await read()
    return { person: { ...person, password }, given: shown === '', shown }
  }
  const given = values.password !== undefined || values['password-stdin']
  return { person: { ...person, password: undefined }, given, shown: '' }
}

async function read() {
  const source = { given: values.password, isPiped: values['password-stdin'] }
  const { text: password, isRandom } = await readPassword(source)
  return { password, shown: isRandom ? ` (password ${password})` : '' }
}

/** `given`: the operator has given a password, which an account that keeps its own does not get. */
function outcome(account: accounts.Account, given: boolean, shown: string): string {
  if (account === 'new') return `, with a new account${shown}`
  if (account === 'taken_over')
    return `; the account has the name that you gave and the new password${shown}, and all of its sessions have ended`
  return `; the account keeps its own name and password${given ? ', and the password that you gave was not used' : ''}`
}
