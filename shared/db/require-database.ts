import type pg from 'pg'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'
import { type ClientLog, openClient } from './database-client.ts'
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts'
import { oneRow } from './one-row.ts'

const CONNECT_MAX_MS = 5_000
const VERSION_MIN = 14

/** Connects once to an external database. Throws an error whose message says what to change when it cannot be used. */
export async function requireDatabase(url: string, log: ClientLog): Promise<void> {
  const database = parseDatabaseUrl(url)
  const limits = { connectMaxMs: CONNECT_MAX_MS, statementMaxMs: CONNECT_MAX_MS }
  const client = await openClient(database, limits, log).catch((error) => {
    throw new Error(explain(database, error))
  })
  try {
    const fault = findFault(await readSession(client))
    if (fault) throw new Error(`The database at ${nameOf(database)} cannot be used: ${fault}`)
  } finally {
    await client.end()
  }
}

type Session = { version: number; timezone: string; isStandby: boolean }

async function readSession(client: pg.Client): Promise<Session> {
  const { rows } = await client.query<Session>(`
    select current_setting('server_version_num')::integer / 10000 as version,
      current_setting('TimeZone') as timezone, pg_is_in_recovery() as "isStandby"`)
  return oneRow(rows)
}

function findFault({ version, timezone, isStandby }: Session): string | undefined {
  if (version < VERSION_MIN) return `it is PostgreSQL ${version}, and ${VERSION_MIN} or newer is needed.`
  if (isStandby) return 'it is a standby, which cannot be written to. Name the primary, or all hosts.'
  if (timezone !== 'UTC')
    return (
      `its sessions run in the time zone ${timezone}, and UTC was asked for. ` +
      "Run ALTER ROLE … SET timezone = 'UTC' for the role that Stillpoint logs in as."
    )
  return undefined
}

function explain(database: DatabaseUrl, error: unknown): string {
  const [code = '', message] = [codeOf(error), messageOf(error)]
  const place = `The database at ${nameOf(database)}`
  if (UNTRUSTED.test(code) || UNTRUSTED.test(message))
    return (
      `${place} shows a certificate that cannot be trusted: ${message}. Give its certificate authority as ` +
      'sslrootcert=/path/to/ca.pem in the URL, and name the host as the certificate does.'
    )
  if (message.includes('does not support SSL'))
    return `${place} does not offer TLS, and the URL asks for it (sslmode).`
  if (code === '28P01' || code === '28000') return `${place} refuses the user of the URL: ${message}.`
  if (code === '3D000') return `${place} answers, but ${message}: create it first.`
  if (code === '08P01' && /startup parameter/.test(message))
    return `${place} is behind a pooler (${message}): add pgbouncer=true to the URL.`
  return `${place} cannot be reached: ${message || code}.`
}

/** Codes of Node and OpenSSL for certificates that are not accepted. */
const UNTRUSTED = /^ERR_TLS_CERT|CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|certificate/i

const nameOf = ({ addresses }: DatabaseUrl) => addresses.map(({ name }) => name).join(', ')
