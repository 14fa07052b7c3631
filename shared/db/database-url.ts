/** One of the hosts of a database URL, and a URL that names only this host. */
export type Address = { name: string; host: string; port: number; connectionString: string }

export type DatabaseRole = 'primary' | 'replica'

export type DatabaseUrl = {
  role: DatabaseRole
  addresses: [Address, ...Address[]]
  /** Connected through a pooler in transaction mode: no session state, and few startup parameters (decision 0035). */
  isPooled: boolean
  preparesStatements: boolean
}

/**
 * Parses a URL of libpq's form: several hosts (`h1:5432,h2:5432`, or `?host=/a,/b&port=5432,5433`) and
 * `target_session_attrs`; also `pgbouncer=true` and `prepared_statements=true|false`. Other options are left to `pg`.
 * Throws an error whose message does not repeat the URL, which may hold a password.
 */
export function parseDatabaseUrl(url: string, role: DatabaseRole = 'primary'): DatabaseUrl {
  const [, scheme = '', user = '', authority = '', path = '', search = ''] = FORM.exec(url) ?? []
  if (!scheme)
    throw new Error('A database URL has the form postgresql://user:password@host:5432/name?options.')
  const query = new URLSearchParams(search)
  requireRole(query.get('target_session_attrs'), role)
  const isPooled = query.get('pgbouncer') === 'true'
  const named = query.get('prepared_statements')
  const hosts = listHosts(authority, query)
  const addresses = hosts.map(({ host, port }) => ({
    name: host.startsWith('/') ? host : `${host}:${port}`,
    host,
    port,
    connectionString: hosts.length === 1 ? url : urlOf({ scheme, user, path, query }, host, port),
  }))
  return {
    role,
    // `split` returns at least one part, so there is at least one host.
    addresses: addresses as DatabaseUrl['addresses'],
    isPooled,
    preparesStatements: named === null ? !isPooled : named === 'true',
  }
}

const FORM = /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#]*)([^?#]*)(\?[^#]*)?$/
const DEFAULT_PORT = 5432

const SESSIONS: Record<DatabaseRole, string[]> = {
  primary: ['primary', 'read-write'],
  replica: ['standby', 'prefer-standby', 'read-only', 'any'],
}

function requireRole(wanted: string | null, role: DatabaseRole): void {
  if (wanted === null || SESSIONS[role].includes(wanted)) return
  throw new Error(
    `target_session_attrs=${wanted} does not fit a database URL for a ${role}: ` +
      `leave it out, or use ${SESSIONS[role].join(', ')}.`,
  )
}

function listHosts(authority: string, query: URLSearchParams): { host: string; port: number }[] {
  const split = authority.split(',').map((text) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text))
  if (split.includes(null)) throw new Error('A host in the database URL is not of the form name:port.')
  const inAuthority = split.map((found) => ({ host: decodeURIComponent(found?.[1] ?? ''), port: found?.[2] }))
  const names = query.get('host')?.split(',') ?? inAuthority.map(({ host }) => host.replace(/^\[|\]$/g, ''))
  const ports = query.get('port')?.split(',') ?? inAuthority.map(({ port }) => port)
  if (ports.length !== 1 && ports.length !== names.length)
    throw new Error(`The database URL names ${names.length} hosts and ${ports.length} ports.`)
  return names.map((host, i) => ({
    host: host || 'localhost',
    port: Number(ports[i] ?? ports[0] ?? '') || DEFAULT_PORT,
  }))
}

type Parts = { scheme: string; user: string; path: string; query: URLSearchParams }

function urlOf({ scheme, user, path, query }: Parts, host: string, port: number): string {
  const alone = new URLSearchParams(query)
  alone.set('host', host)
  alone.set('port', String(port))
  return `${scheme}${user}localhost${path}?${alone}`
}
