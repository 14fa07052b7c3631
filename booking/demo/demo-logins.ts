import type { Db } from '#booking/database/database.ts'
import type { DemoLogin } from '#shared/process/launcher-channel.ts'
import * as demoStore from './demo.store.ts'

export type DemoLoginsDeps = { db: Db }

/** One account of each role. */
const SHOWN = ['john.doe@example.com', 'jane.smith@example.com', 'admin@example.com']

/** Returns the demo logins that work at present, with their present roles. */
export async function findDemoLogins({ db }: DemoLoginsDeps): Promise<DemoLogin[]> {
  const open = await demoStore.listOpenLogins(db, SHOWN)
  return open
    .map(({ email, is_admin, leads }): DemoLogin => {
      const role = is_admin ? 'admin' : leads ? 'facilitator' : 'attendee'
      return { role, email }
    })
    .sort((a, b) => SHOWN.indexOf(a.email) - SHOWN.indexOf(b.email))
}
