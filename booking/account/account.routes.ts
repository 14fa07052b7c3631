import * as calendarTokenStore from '#booking/calendars/calendar-token.store.ts'
import type { Db } from '#booking/database/database.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import { LoggedIn } from '#booking/identity/login/auth.schema.ts'
import type { CredentialAdmission } from '#booking/identity/login/credential-admission.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as mailPreferenceStore from '#booking/mail/preferences/mail-preference.store.ts'
import type { App } from '#shared/http/app.ts'
import type { Exports } from '#shared/http/limits/exports.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import {
  AccountDeleted,
  ChangePassword,
  ChangePreferences,
  DeleteAccount,
  OwnAccount,
  PreferencesChanged,
  Profile,
  ProfileUpdated,
  UpdateProfile,
} from './account.schema.ts'
import { type DeletionDeps, deleteAccount } from './deletion.service.ts'
import { AccountExport } from './export.schema.ts'
import { type ExportDeps, exportAccount } from './export.service.ts'
import { toFacts } from './owner.service.ts'
import { changePassword, type PasswordDeps } from './password.service.ts'
import { choosePreferences } from './preferences.service.ts'
import { type ProfileDeps, updateProfile } from './profile.service.ts'

type AccountRouteDeps = DeletionDeps &
  ExportDeps &
  PasswordDeps &
  ProfileDeps & { db: Db; identity: { credentials: CredentialAdmission }; limits: { exports: Exports } }

const tags = ['Authentication']

export function accountRoutes(app: App, deps: AccountRouteDeps): void {
  app.get(
    '/api/auth/profile',
    { schema: { tags, summary: 'Get Profile', response: { 200: Profile, ...errorResponses(401) } } },
    async ({ caller }) => ({ user: userStore.toUser(caller) }),
  )

  app.put(
    '/api/auth/profile',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Update Profile',
        description: 'What is left out stays as it is. Another e-mail address needs the current password.',
        body: UpdateProfile,
        response: { 200: ProfileUpdated, ...errorResponses(401, 403, 409, 429) },
      },
    },
    async (request) => {
      const update = () => updateProfile(deps, request, request.caller, request.body)
      const user = await (request.body.current_password === undefined
        ? update()
        : deps.identity.credentials.runWithHash(request.ip, request.caller.id, update))
      return { message: 'Profile updated successfully', user: userStore.toUser(user) }
    },
  )

  app.put(
    '/api/auth/password',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Change Password',
        description: 'Ends every session of the account. The answer has the tokens of a new one.',
        body: ChangePassword,
        response: { 200: LoggedIn, ...errorResponses(401, 403, 409, 429) },
      },
    },
    (request) =>
      deps.identity.credentials.runWithHash(request.ip, request.caller.id, () =>
        changePassword(deps, request, request.caller, request.body),
      ),
  )

  app.get(
    '/api/auth/export',
    {
      schema: {
        tags,
        summary: 'Export Account',
        description: 'Everything that is held about the caller, as a file.',
        response: { 200: AccountExport, ...errorResponses(401, 429) },
      },
    },
    async ({ caller }, reply) => {
      deps.limits.exports.beginWhole(reply.raw, caller.id)
      const content = await exportAccount(deps, caller)
      reply.header('content-disposition', `attachment; filename="stillpoint-account-${caller.id}.json"`)
      return content
    },
  )

  app.get(
    '/api/auth/account',
    {
      schema: {
        tags,
        summary: 'Get Own Account',
        description: 'Whether the caller is an admin or a facilitator, and how they log in.',
        response: { 200: OwnAccount, ...errorResponses(401) },
      },
    },
    async ({ caller }) => {
      const [facilitator, openedAt, preferences] = await Promise.all([
        facilitatorStore.findByUser(deps.db, caller.id),
        calendarTokenStore.findOpen(deps.db, caller.id),
        mailPreferenceStore.get(deps.db, caller.id),
      ])
      return {
        account: toFacts(caller),
        facilitator: facilitator ?? null,
        preferences,
        calendar_opened_at: openedAt ? toWireTime(openedAt) : null,
      }
    },
  )

  app.put(
    '/api/auth/preferences',
    {
      schema: {
        tags,
        summary: 'Choose Mails',
        description:
          'What is left out stays as it is. Mails about what the studio has changed, and about the account, are always sent.',
        body: ChangePreferences,
        response: { 200: PreferencesChanged, ...errorResponses(401, 403, 429) },
      },
    },
    async ({ caller, body }) => ({
      message: 'Preferences updated successfully',
      preferences: await choosePreferences(deps, caller, body),
    }),
  )

  app.delete(
    '/api/auth/account',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Delete Account',
        description:
          'Cancels bookings of events to come and forgets who the person was, here and in the CRM. What the books need stays, without a name.',
        body: DeleteAccount,
        response: { 200: AccountDeleted, ...errorResponses(401, 403, 409, 429) },
      },
    },
    async (request) => ({
      message: 'Account deleted successfully',
      ...(await deps.identity.credentials.runWithHash(request.ip, request.caller.id, () =>
        deleteAccount(deps, request, request.caller, request.body),
      )),
    }),
  )
}
