/** Copies a service's data between its embedded and an external PostgreSQL. Run without arguments for help. */
import { join } from 'node:path'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import { copyDatabase } from '#shared/db/copy-database.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { migrate } from '#shared/db/migrate.ts'
import { messageOf } from '#shared/errors/error-facts.ts'
import { leave, opened, readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import { createLogger } from '#shared/telemetry/logger.ts'

const HELP = `Usage: npm run move-data -- --app booking|crm --from embedded|URL --to embedded|URL
Stop the service first. The target must be an empty database; it gets the schema, all rows and the sequences as they
are at that moment, and is kept only if rows and checksums are equal. The source is not changed.
Afterwards set DATABASE_URL (or CRM_DATABASE_URL) to the target, or leave it out for the embedded one, and start.`

const { values } = readCommandLine(HELP, {
  options: { app: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
})
const { app, from, to } = values
if (process.argv.length === 2) leave(HELP)
if (app !== 'booking' && app !== 'crm') refuseCommandLine('--app must be booking or crm.')
if (!from || !to) refuseCommandLine('--from and --to must say where the data is and where it goes.')
if (from === to) refuseCommandLine('--from and --to are the same.')

const log = createLogger('move-data', 'warn')
const { dataDir } = await opened(async () => (app === 'booking' ? loadBookingConfig() : loadCrmConfig()))
const [source, target] = await opened(() => Promise.all([openDatabase(from, app), openDatabase(to, app)]))
try {
  await migrate(target.url, join(import.meta.dirname, '..', app, 'migrations'), log)
  const copied = await copyDatabase(source.url, target.url, console.log)
  console.log(`Done: ${copied.reduce((sum, { rows }) => sum + rows, 0)} rows in ${copied.length} tables.`)
} catch (error) {
  console.error(messageOf(error))
  process.exitCode = 1
} finally {
  await source.close()
  await target.close()
}

async function openDatabase(
  place: string,
  database: string,
): Promise<{ url: string; close(): Promise<void> }> {
  if (place !== 'embedded') return { url: place, close: async () => {} }
  const postgres = await startEmbeddedPostgres({ dataDir, database, log })
  return { url: postgres.url, close: postgres.stop }
}
