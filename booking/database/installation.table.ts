import type { Generated } from 'kysely'

/** One row at most. */
export type InstallationTable = {
  is_only: Generated<boolean>
  id: Generated<string>
}
