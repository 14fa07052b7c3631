import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { formatReport } from './report.ts'
import { type Options, runConformance } from './suite.ts'

const usage = `npm run conformance -- [options]

  --api URL                      Main API (http://localhost:8000)
  --crm URL                      CRM service (http://localhost:8003)
  --crm-token TOKEN              bearer token of the CRM (its published default)
  --facilitator-email EMAIL      login of a facilitator (the demo one)
  --facilitator-password TEXT
  --decisions                    check Stillpoint's own decisions too
  --only auth,events             these areas and no others
  --json FILE                    write the whole report, with every request of a failed check

Ends with 0 when nothing failed, 1 when something did, 2 when it could not start.
`

try {
  const { options, json, help } = readArguments()
  process.exitCode = help ? showUsage() : await run(options, json)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  console.error('--help lists the options.')
  process.exitCode = 2
}

function showUsage(): number {
  console.log(usage)
  return 0
}

async function run(options: Options, jsonFile: string | undefined): Promise<number> {
  const report = await runConformance(options)
  if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`)
  console.log(formatReport(report))
  return report.ok ? 0 : 1
}

function readArguments(): { options: Options; json: string | undefined; help: boolean } {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      api: { ...text, default: 'http://localhost:8000' },
      crm: { ...text, default: 'http://localhost:8003' },
      'crm-token': text,
      'facilitator-email': text,
      'facilitator-password': text,
      decisions: { type: 'boolean', default: false },
      only: text,
      json: text,
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { api, crm, decisions, only, json, help } = values
  const email = values['facilitator-email']
  const password = values['facilitator-password']
  if ((email === undefined) !== (password === undefined)) {
    throw new Error('A facilitator needs both --facilitator-email and --facilitator-password.')
  }
  const options: Options = { api, crm, decisions }
  if (values['crm-token']) options.crmToken = values['crm-token']
  if (email && password) options.facilitator = { email, password }
  if (only) options.only = only.split(',').map((word) => word.trim())
  return { options, json, help }
}
