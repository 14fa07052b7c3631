/** Restores the CRM from a file backup of its own or of the old service. Run without arguments for help. */
import { resolve } from 'node:path'
import { BackupUnreadable } from '#crm/backup/backup-reader.ts'
import {
  type BackupSummary,
  backUpBeforeRestore,
  CrmNotEmpty,
  examineBackup,
  restoreBackup,
} from '#crm/backup/backup-restore.ts'
import { writeBackup } from '#crm/backup/backup-writer.ts'
import { loadConfig } from '#crm/config.ts'
import { openDeps } from '#crm/open-deps.ts'
import * as statisticsStore from '#crm/statistics/statistics.store.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { leave, opened, readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import { createLogger } from '#shared/telemetry/logger.ts'

const HELP = `Usage:
  npm run crm:restore -- --file FILE             shows what is in the file and what would be done
  npm run crm:restore -- --file FILE --yes       fills an empty CRM from it
  npm run crm:restore -- --file FILE --replace --yes
                                                 puts it in the place of everything the CRM knows
Beside CRM_BACKUP_FILE there are copies of the last seven days: crm_data.1.json is the newest, crm_data.7.json the oldest.
The CRM may be running; it answers 503 meanwhile.`

const { values } = readCommandLine(HELP, {
  options: {
    file: { type: 'string' },
    replace: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
  },
})
if (process.argv.length === 2) leave(HELP)
if (!values.file) refuseCommandLine('--file must say which backup.')

const file = resolve(values.file)
const { replace, yes } = values
const { deps, close } = await opened(async () =>
  openDeps(loadConfig(), createLogger('crm', 'warn'), { hasLongStatements: true }),
)
try {
  console.log(await run())
} catch (error) {
  if (!(error instanceof BackupUnreadable || error instanceof CrmNotEmpty)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await close()
}

async function run(): Promise<string> {
  const summary = await examineBackup(deps, file)
  console.log(describe(summary))
  const { notifications: known } = await statisticsStore.getTotals(deps.db)
  if (!yes) return `${forecast(known)}\nNothing has been changed.`
  const replaced = known > 0 && replace ? await backUpBeforeRestore(deps) : undefined
  const count = await restoreBackup(deps, file, { replace })
  await writeBackup(deps)
  return [
    `The CRM knows these ${count} bookings now${replaced ? ', and no others' : ''}.`,
    ...(replaced ? [`What it knew before is in ${replaced}`] : []),
  ].join('\n')
}

function describe({ bookings, cancelled, changes, skipped, ...summary }: BackupSummary): string {
  const { facilitators, events, first, last, lastUpdated } = summary
  const [from, to] = [first, last].map((at) => at && toWireTime(at))
  return [
    `${file}${lastUpdated ? `, written ${lastUpdated}` : ', not written by this service'}`,
    `  ${bookings} bookings (${cancelled} cancelled), received from ${from} to ${to}`,
    `  of ${events} events and ${facilitators} facilitators; ${changes} changes of status`,
    ...(skipped.count > 0 ? [`  ${skipped.count} entries cannot be taken: ${skipped.firstReason}`] : []),
  ].join('\n')
}

function forecast(known: number): string {
  if (known === 0) return 'The CRM is empty. Add --yes to fill it from this file.'
  if (replace) return `The CRM knows ${known} bookings. Add --yes to put those of the file in their place.`
  return `The CRM knows ${known} bookings: it is left alone. Add --replace --yes to put those of the file in their place.`
}
