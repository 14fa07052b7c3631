/** Accounts that nobody can register for themselves, for a production bootstrap. Run without arguments for help. */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { repeatAll } from '#booking/accounts/crm-erasure.store.ts'
import * as accounts from '#booking/auth/account.service.ts'
import { loadConfig } from '#booking/config.ts'
import { appoint } from '#booking/facilitators/facilitator.service.ts'
import { openDeps } from '#booking/open-deps.ts'
import { AppError } from '#shared/http/app-error.ts'
import { createLogger } from '#shared/lib/logger.ts'

const HELP = `Usage:
  npm run admin -- create-admin       --email E --first-name F --last-name L [--password P]
  npm run admin -- create-facilitator --email E --first-name F --last-name L [--password P]
                                      [--bio B] [--specialization S] [--experience-years N]
  npm run admin -- reset-password     --email E [--password P]
  npm run admin -- repeat-erasures    after an old backup of the CRM was restored: it is told again whom to forget
An account whose address Google has proven is promoted and keeps its password. Any other that exists may have been opened by
anybody: it is refused, unless --existing gives it the password and ends all of its sessions. Without --password a random one is made and printed.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    email: { type: 'string' },
    password: { type: 'string' },
    'first-name': { type: 'string' },
    'last-name': { type: 'string' },
    bio: { type: 'string' },
    specialization: { type: 'string' },
    'experience-years': { type: 'string' },
    existing: { type: 'boolean', default: false },
  },
})
const [command = ''] = positionals
if (!['create-admin', 'create-facilitator', 'reset-password', 'repeat-erasures'].includes(command)) {
  console.log(HELP)
  process.exit(command === '' ? 0 : 1)
}

const password = values.password ?? randomBytes(12).toString('base64url')
const { deps, close } = await openDeps(loadConfig(), createLogger('admin', 'warn'))
try {
  console.log(await run())
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await close()
}

async function run(): Promise<string> {
  if (command === 'repeat-erasures')
    return `The CRM will be told again to forget ${await repeatAll(deps.db, deps.clock.now())} people.`
  const email = required('email')
  if (command === 'reset-password') {
    await accounts.resetPassword(deps, email, password)
    return `${email} has a new password${shown()}, and all of its sessions have ended.`
  }
  const person = {
    email,
    password,
    first_name: required('first-name'),
    last_name: required('last-name'),
    existing: values.existing,
  }
  if (command === 'create-admin') {
    const { isNew, account } = await accounts.createAdmin(deps, person)
    return `${email} is ${isNew ? 'now' : 'already'} an admin${outcome(account)}.`
  }
  const { isNew, account, facilitator } = await appoint(deps, null, person, {
    bio: values.bio ?? null,
    specialization: values.specialization ?? null,
    experience_years: values['experience-years'] ? Number(values['experience-years']) : null,
  })
  return `${email} is ${isNew ? 'now' : 'already'} facilitator ${facilitator.id}${outcome(account)}.`
}

function outcome(account: accounts.Account): string {
  if (account === 'new') return `${shown()}, with a new account`
  if (account === 'taken_over')
    return `${shown()}; the account has that password, and all of its sessions have ended`
  return values.password
    ? ' and keeps its own password: the one given was not used'
    : ' and keeps its own password'
}

function shown(): string {
  return values.password ? '' : ` (${password})`
}

function required(name: 'email' | 'first-name' | 'last-name'): string {
  const value = values[name]
  if (value) return value
  console.error(`--${name} is missing.\n\n${HELP}`)
  process.exit(1)
}
