import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { NewFacilitator } from '#booking/database/facilitator.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import {
  type Account,
  type AccountDeps,
  type ActorId,
  giveRole,
  type Person,
} from '#booking/identity/login/account.service.ts'
import type { Credentials, LoggedIn } from '#booking/identity/login/auth.schema.ts'
import type { AuthDeps } from '#booking/identity/login/auth.service.ts'
import * as auth from '#booking/identity/login/auth.service.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { conflict, forbidden, invalidFields } from '#shared/errors/app-error.ts'
import { faultsIn } from '#shared/http/schemas/checker.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { differences, trimmed } from '#shared/lib/edits.ts'
import {
  type CreateFacilitator,
  type Facilitator,
  FacilitatorProfile,
  type UpdateFacilitator,
} from './facilitator.schema.ts'
import * as facilitatorStore from './facilitator.store.ts'
import { requireOrganiser } from './organiser.service.ts'

export type FacilitatorDeps = AccountDeps &
  AuthDeps & { clock: Clock; db: Db; caches: { events: EventCache } }

const notAFacilitator = () =>
  forbidden('not_a_facilitator', 'This account is not a facilitator: use the attendee login instead.')
const alreadyAFacilitator = ({ id, is_active }: Facilitator) =>
  conflict(
    'already_a_facilitator',
    `This person is facilitator ${id} already${is_active ? '' : ', who is no longer active: set is_active to true instead'}.`,
  )
const notForThemselves = () =>
  forbidden('admins_only', 'Whether a facilitator is active is for admins to say: leave out is_active.')

const accountClosed = () =>
  conflict(
    'account_inactive',
    'The account of this facilitator is closed: open it again first, then they can lead events.',
  )
const formerForAdmins = () =>
  forbidden('admins_only', 'Who no longer leads events is for admins to see: leave out status.')

type Profile = Pick<NewFacilitator, 'bio' | 'specialization' | 'experience_years'>
/** `isNew`: the person was not a facilitator before. */
type Appointment = { facilitator: Facilitator; isNew: boolean; account: Account }

/** Logs in as for attendees. Throws 403 for an account that is not a facilitator, only after the password was checked. */
export async function logIn(
  deps: FacilitatorDeps,
  origin: auth.Origin,
  credentials: Credentials,
): Promise<LoggedIn & { facilitator: Facilitator }> {
  const user = await auth.logIn(deps, origin, credentials)
  const facilitator = await facilitatorStore.findByUser(deps.db, user.id)
  if (!facilitator?.is_active) throw notAFacilitator()
  return { ...(await auth.startSession(deps, origin, user)), facilitator }
}

/** Returns one page of facilitators and their total. Throws 403 when a caller who is no admin asks for former ones. */
export async function list(
  { db }: FacilitatorDeps,
  caller: UserRow,
  withFormer: boolean,
  slice: Slice,
): Promise<{ facilitators: Facilitator[]; total: number }> {
  if (withFormer && !caller.is_admin) throw formerForAdmins()
  return facilitatorStore.list(db, { withFormer }, slice)
}

/**
 * Makes the person a facilitator, opening an account if needed. An active facilitator is returned unchanged. A former one
 * is reactivated for an operator; for an admin, who can see former ones, it is returned unchanged. Throws like `giveRole`.
 */
export async function appoint(
  deps: FacilitatorDeps,
  actor_id: ActorId,
  person: Person,
  profile: Profile,
): Promise<Appointment> {
  // The command line does not validate against a schema.
  const faults = faultsIn(FacilitatorProfile, profile)
  if (faults.length > 0) throw invalidFields(faults)
  const { role: facilitator, ...appointment } = await giveRole(deps, actor_id, person, {
    async find(trx, { id }) {
      const facilitator = await facilitatorStore.findByUser(trx, id)
      return facilitator?.is_active || actor_id !== null ? facilitator : undefined
    },
    async give(trx, { id: user_id }, account) {
      const former = await facilitatorStore.findByUser(trx, user_id)
      if (former) return reactivate(trx, deps, actor_id, former, { ...person, ...profile })
      const [first_name, last_name] = [person.first_name.trim(), person.last_name.trim()]
      const row = await facilitatorStore.insert(trx, { user_id, first_name, last_name, ...profile })
      const details = { user_id, has_new_account: account === 'new' }
      await auditLog.record(trx, { ...change(deps, actor_id, row.id, 'facilitator.created'), details })
      return facilitatorStore.toFacilitator(row)
    },
  })
  return { facilitator, ...appointment }
}

/** Fields that are not given keep their values. */
async function reactivate(
  trx: Db,
  deps: FacilitatorDeps,
  actor_id: ActorId,
  former: Facilitator,
  given: Pick<Person, 'first_name' | 'last_name'> & Profile,
): Promise<Facilitator> {
  const changes = differences(former, {
    first_name: given.first_name.trim(),
    last_name: given.last_name.trim(),
    bio: trimmed(given.bio ?? undefined),
    specialization: trimmed(given.specialization ?? undefined),
    experience_years: given.experience_years ?? undefined,
    is_active: true,
  })
  const details = { changed: Object.keys(changes), is_active: true }
  await auditLog.record(trx, { ...change(deps, actor_id, former.id, 'facilitator.updated'), details })
  return facilitatorStore.update(trx, former.id, changes)
}

/** `appoint` for an admin. Throws 409 when the person is a facilitator already. */
export async function create(
  deps: FacilitatorDeps,
  caller: UserRow,
  { bio = null, specialization = null, experience_years = null, ...person }: CreateFacilitator,
): Promise<Appointment> {
  const profile = {
    bio: bio?.trim() || null,
    specialization: specialization?.trim() || null,
    experience_years,
  }
  const appointment = await appoint(deps, caller.id, person, profile)
  if (!appointment.isNew) throw alreadyAFacilitator(appointment.facilitator)
  return appointment
}

/** Changes a profile. Throws 403 unless the caller is that facilitator or an admin; only admins set `is_active`. */
export async function update(
  deps: FacilitatorDeps,
  caller: UserRow,
  id: number,
  input: UpdateFacilitator,
): Promise<Facilitator> {
  const facilitator = await facilitatorStore.get(deps.db, id)
  await requireOrganiser(deps.db, caller, id)
  const changes = readChanges(facilitator, input)
  const changed = Object.keys(changes)
  if (changed.length === 0) return facilitator
  if (changes.is_active !== undefined && !caller.is_admin) throw notForThemselves()
  const updated = await retryingTransaction(deps.db, async (trx) => {
    // A closed account must not have a role when it is reopened.
    if (changes.is_active && (await facilitatorStore.hasClosedAccount(trx, id))) throw accountClosed()
    const details = { changed, ...(changes.is_active !== undefined && { is_active: changes.is_active }) }
    await auditLog.record(trx, { ...change(deps, caller.id, id, 'facilitator.updated'), details })
    return facilitatorStore.update(trx, id, changes)
  })
  // Cached events contain name and bio of their facilitator.
  deps.caches.events.forget()
  return updated
}

function readChanges(facilitator: Facilitator, input: UpdateFacilitator): Partial<Facilitator> {
  const { first_name, last_name, bio, specialization, experience_years, is_active } = input
  return differences(facilitator, {
    first_name: first_name?.trim(),
    last_name: last_name?.trim(),
    bio: trimmed(bio),
    specialization: trimmed(specialization),
    experience_years,
    is_active,
  })
}

function change({ clock }: FacilitatorDeps, actor_id: ActorId, id: number, action: string) {
  return { at: clock.now(), actor_id, action, subject: 'facilitator' as const, subject_id: id }
}
