import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDatabaseUrl } from './database-url.ts'

const places = (url: string) => parseDatabaseUrl(url).addresses.map(({ host, port }) => `${host} ${port}`)

test('a URL with one host is left as it is', () => {
  const url = 'postgresql://ann:p%40ss@db.example:5433/studio?sslmode=verify-full&application_name=x'
  const { addresses, isPooled, preparesStatements } = parseDatabaseUrl(url)
  assert.deepEqual(addresses, [
    { name: 'db.example:5433', host: 'db.example', port: 5433, connectionString: url },
  ])
  assert.deepEqual([isPooled, preparesStatements], [false, true])
})

test('several hosts may be named before the path or in the query', () => {
  assert.deepEqual(places('postgresql://ann@h1:5432,h2,[::1]:5434/studio'), [
    'h1 5432',
    'h2 5432',
    '::1 5434',
  ])
  assert.deepEqual(places('postgresql:///studio?host=/run/a,/run/b&port=5432,5433'), [
    '/run/a 5432',
    '/run/b 5433',
  ])
  assert.deepEqual(places('postgresql:///studio?host=h1,h2&port=6432'), ['h1 6432', 'h2 6432'])
  assert.deepEqual(places('postgresql://ann@%2Frun%2Fa,%2Frun%2Fb/studio'), ['/run/a 5432', '/run/b 5432'])
})

test('each of several hosts gets a URL with the rest unchanged', () => {
  const { addresses } = parseDatabaseUrl('postgresql://ann:s@h1,h2:5433/studio?sslmode=verify-full')
  assert.equal(
    addresses[1]?.connectionString,
    'postgresql://ann:s@localhost/studio?sslmode=verify-full&host=h2&port=5433',
  )
})

test('behind PgBouncer nothing is prepared unless it is said to know how', () => {
  const read = (query: string) => {
    const { isPooled, preparesStatements } = parseDatabaseUrl(`postgresql://h/studio?${query}`)
    return [isPooled, preparesStatements]
  }
  assert.deepEqual(read('pgbouncer=true'), [true, false])
  assert.deepEqual(read('pgbouncer=true&prepared_statements=true'), [true, true])
  assert.deepEqual(read('prepared_statements=false'), [false, false])
})

test('a URL that cannot be meant is refused in a sentence that does not repeat it', () => {
  const refused = (url: string, role?: 'primary' | 'replica') => {
    try {
      parseDatabaseUrl(url, role)
    } catch (error) {
      return (error as Error).message
    }
    return 'accepted'
  }
  assert.match(refused('postgresql://u:secret@h1:x,h2/studio'), /not of the form name:port/)
  assert.match(refused('postgresql:///studio?host=a,b,c&port=1,2'), /3 hosts and 2 ports/)
  assert.match(refused('mysql://u:secret@h/studio'), /has the form postgresql:/)
  assert.match(refused('postgresql://u:secret@h/d?target_session_attrs=standby'), /does not fit .* a primary/)
  assert.match(refused('postgresql://u:secret@h/d?target_session_attrs=primary', 'replica'), /does not fit/)
  assert.equal(refused('postgresql://h/d?target_session_attrs=read-write'), 'accepted')
  for (const url of ['postgresql://u:secret@h1:x/d', 'secret']) assert.doesNotMatch(refused(url), /secret/)
})
