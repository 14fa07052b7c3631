import pg from 'pg'
import { superuser } from './cluster-files.ts'
import type { Postmaster } from './postmaster.ts'

const CONNECT_MAX_MS = 5_000

export function socketUrl({ socketDir, port }: Postmaster, database: string): string {
  // sslmode: a PGSSLMODE in the environment must not ask for TLS on a socket.
  const query = new URLSearchParams({ host: socketDir, sslmode: 'disable' })
  return `postgresql://${superuser}@localhost:${port}/${encodeURIComponent(database)}?${query}`
}

export async function ensureDatabase(server: Postmaster, database: string): Promise<void> {
  const client = new pg.Client({
    connectionString: socketUrl(server, 'postgres'),
    connectionTimeoutMillis: CONNECT_MAX_MS,
  })
  // The server may end while we are connected; the awaited query reports it.
  client.on('error', () => {})
  try {
    await client.connect()
    if (await exists(client, database)) return
    // One creator at a time; the lock goes with the connection.
    await client.query('select pg_advisory_lock($1)', [CREATE_LOCK])
    if (await exists(client, database)) return
    // As files: a copy through the buffers leaves 4 MB of them in use.
    await client.query(`create database ${client.escapeIdentifier(database)} strategy file_copy`)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Undefined when waiting does not help. */
export function whyUnreachable(error: unknown): 'passing' | 'socket-missing' | undefined {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ENOENT') return 'socket-missing'
  if (code && ['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code))
    return 'passing'
  return /timeout expired|Connection terminated/.test(message ?? '') ? 'passing' : undefined
}

const CREATE_LOCK = 5_711_001

async function exists(client: pg.Client, database: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
  return rowCount === 1
}
