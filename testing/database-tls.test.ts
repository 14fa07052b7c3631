import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startPostgresServer } from '#harness/processes/postgres-server.ts'
import { connect } from '#shared/db/connect.ts'
import { requireDatabase } from '#shared/db/require-database.ts'

const certificates = join(import.meta.dirname, '..', 'harness', 'processes', 'tls')
const ca = join(certificates, 'ca.pem')
const log = { info() {}, warn() {} }

let server: Awaited<ReturnType<typeof startPostgresServer>>
let plain: Awaited<ReturnType<typeof startPostgresServer>>

before(async () => {
  // PostgreSQL does not accept a key that others may read.
  const key = join(tmpdir(), `stillpoint-test-${process.pid}.key`)
  copyFileSync(join(certificates, 'server.key'), key)
  chmodSync(key, 0o600)
  const settings = { ssl: 'on', ssl_cert_file: join(certificates, 'server.pem'), ssl_key_file: key }
  server = await startPostgresServer(settings)
  plain = await startPostgresServer()
})
after(async () => {
  await server.close()
  await plain.close()
})

const port = () => server.address.split(':')[1]
const url = (query: string, host = 'localhost') =>
  `postgresql://stillpoint@${host}:${port()}/postgres?${query}`

async function isEncrypted(databaseUrl: string): Promise<boolean> {
  const { db, pool } = connect<unknown>({ url: databaseUrl, log })
  const { rows } = await sql<{ ssl: boolean }>`
    select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db)
  await pool.end()
  return rows[0]?.ssl ?? false
}

test('a certificate of the authority that the URL names is believed, also among several hosts', async () => {
  const trusted = `sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`
  await requireDatabase(url(trusted), log)
  assert.equal(await isEncrypted(url(trusted)), true)
  const several = `postgresql://stillpoint@localhost:1,localhost:${port()}/postgres?${trusted}`
  await requireDatabase(several, log)
  assert.equal(await isEncrypted(several), true)
})

test('a certificate of an unknown authority, or for another name, ends the start with a sentence', async () => {
  await assert.rejects(
    requireDatabase(url('sslmode=verify-full'), log),
    /localhost:\d+ shows a certificate that cannot be trusted: .*sslrootcert=/,
  )
  const trusted = `sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`
  await assert.rejects(
    requireDatabase(url(trusted, '127.0.0.1'), log),
    /cannot be trusted: .*does not match certificate.*name the host as the certificate does/,
  )
})

test('no-verify encrypts and believes anybody', async () => {
  assert.equal(await isEncrypted(url('sslmode=no-verify')), true)
})

test('a server without TLS is not spoken to in the clear when the URL asks for TLS', async () => {
  const plainUrl = `${plain.url()}?sslmode=verify-full`
  await assert.rejects(requireDatabase(plainUrl, log), /does not offer TLS, and the URL asks for it/)
})

test('what else keeps a start from the database is said as a sentence', async () => {
  await assert.rejects(
    requireDatabase(plain.url('missing'), log),
    /database "missing" does not exist: create it/,
  )
  await assert.rejects(requireDatabase('postgresql://u:secret@127.0.0.1:1/x', log), (error: Error) => {
    assert.match(error.message, /^The database at 127.0.0.1:1 cannot be reached: .*ECONNREFUSED/)
    assert.doesNotMatch(error.message, /secret/)
    return true
  })
})

test('so is a password that is refused, without repeating it', async () => {
  await plain.ask("create role guarded login password 'right-one'")
  const rules = join(plain.pgDir, 'pg_hba.conf')
  writeFileSync(rules, `host all guarded 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`)
  await plain.ask('select pg_reload_conf()')
  const as = (password: string) => `postgresql://guarded:${password}@${plain.address}/postgres`
  await requireDatabase(as('right-one'), log)
  await assert.rejects(requireDatabase(as('wrong-one'), log), (error: Error) => {
    assert.match(error.message, /refuses the user of the URL: .*authentication failed.*"guarded"/)
    assert.doesNotMatch(error.message, /wrong-one/)
    return true
  })
})
