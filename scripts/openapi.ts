/** Writes openapi/{booking,crm}.json from the schemas of the routes; with --check it exits with 1 when they are out of date. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import * as booking from '#booking/app.ts'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import * as bookingDeps from '#booking/deps.ts'
import * as crm from '#crm/app.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import * as crmDeps from '#crm/deps.ts'

const log = pino({ level: 'silent' })
// Never connected to.
const nowhere = { url: 'postgresql://nobody@localhost/nothing' }

const documents = {
  booking: await booking.buildApp(bookingDeps.createDeps(loadBookingConfig({}), nowhere, log)),
  crm: await crm.buildApp(crmDeps.createDeps(loadCrmConfig({}), nowhere, log)),
}

let isCurrent = true
for (const [name, app] of Object.entries(documents)) {
  await app.ready()
  const file = join(import.meta.dirname, '..', 'openapi', `${name}.json`)
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`
  if (process.argv.includes('--check')) {
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue
    console.error(`openapi/${name}.json is out of date: run npm run generate and commit it.`)
    isCurrent = false
  } else {
    await writeFile(file, text)
    console.log(`openapi/${name}.json written`)
  }
}
process.exit(isCurrent ? 0 : 1)
