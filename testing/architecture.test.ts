import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

/**
 * The walls between the rooms, kept by reading import lines. When one of these fails, the message names the
 * import and the rule; ARCHITECTURE.md gives the reasons.
 */

const root = join(import.meta.dirname, '..')
const FOLDERS = [
  'booking',
  'crm',
  'shared',
  'web',
  'harness',
  'testing',
  'torture',
  'bench',
  'conformance',
  'scripts',
]

type SourceFile = { path: string; text: string; imports: string[]; typeImports: string[] }

const files: SourceFile[] = FOLDERS.flatMap((folder) => sourceFiles(join(root, folder)))

test('an app never imports the other app', () => {
  refuse((file, target) => inside(file, 'booking') && inside(target, 'crm'), 'booking and crm speak HTTP')
  refuse((file, target) => inside(file, 'crm') && inside(target, 'booking'), 'booking and crm speak HTTP')
})

test('shared knows no app', () => {
  refuse(
    (file, target) => inside(file, 'shared') && (inside(target, 'booking') || inside(target, 'crm')),
    'shared is below',
  )
})

test('the web app knows the services by types of their schemas, which one file imports', () => {
  const isService = (path: string) =>
    ['booking', 'crm', 'shared'].some((folder) => inside(path, folder)) &&
    !KNOWN_TO_BOTH.some((rules) => path.startsWith(rules))
  refuse((file, target) => inside(file, 'web') && !isTest(file) && isService(target), 'web speaks HTTP')
  refuse(
    (file, target) => !inside(file, 'web') && inside(target, 'web'),
    'the services do not know the web app',
  )
  const offenders = files.flatMap(({ path, typeImports }) =>
    typeImports.filter(
      (target) => inside(path, 'web') && isService(target) && !(path === WEB_CONTRACT && isContract(target)),
    ),
  )
  assert.deepEqual(offenders, [], `export the type of a *.schema.ts from ${WEB_CONTRACT}`)
})

/** Pure rules without imports: for pictures, and for whether people are told of another place. */
const KNOWN_TO_BOTH = ['shared/pictures/', 'shared/lib/is-same-place.ts']

const WEB_CONTRACT = 'web/lib/api/contract.ts'

/** Who says what goes over the wire. */
const isContract = (path: string) => /\.schema\.ts$/.test(path) || path === 'shared/http/schemas/schemas.ts'

/**
 * The rooms of each part, from the ground up. A file imports from its own room and from those before it, types included.
 * A longer path is a room of its own within a shorter one.
 */
const ROOMS: Record<string, string[]> = {
  booking: [
    'config.ts',
    'database',
    'rates',
    'audit-log',
    'identity/users',
    'mail/queue',
    'identity/sessions',
    'identity/login',
    'idempotency',
    'events',
    'live',
    'facilitators',
    'programme',
    'crm-link',
    'bookings',
    'waitlist',
    'organising',
    'roster',
    'calendars',
    'notices',
    'mail',
    'account',
    'admin',
    'operations',
    'web-app',
    'demo',
    'migrations',
    'deps.ts',
    'open-deps.ts',
    'worker.ts',
    'app.ts',
    'main.ts',
  ],
  crm: [
    'config.ts',
    'database',
    'statistics',
    'auth',
    'notifications',
    'intake',
    'crm-status-changes',
    'facilitators',
    'feed',
    'erasures',
    'reconciliation',
    'backup',
    'operations',
    'migrations',
    'deps.ts',
    'open-deps.ts',
    'worker.ts',
    'app.ts',
    'main.ts',
  ],
  harness: [
    'load',
    'browser',
    'processes',
    'clients',
    'faults',
    'apps',
    'data',
    'world',
    'controls',
    'attacks',
  ],
  shared: [
    'pictures',
    'errors',
    'lib',
    'telemetry',
    'jobs',
    'db/embedded',
    'db',
    'http/app.ts',
    'http/schemas',
    'http/requests',
    'http/observability',
    'http/responses',
    'http/limits',
    'http/streams',
    'http/fast-lane',
    'http',
    'contracts',
    'config',
    'process',
  ],
  web: [
    'paths.ts',
    'theme',
    'lib/api',
    'lib',
    'lib/queries',
    'components/horizon',
    'components/layout',
    'components/controls',
    'components/feedback',
    'components/event',
    'components/account',
    'features',
    'pages',
    'shell',
    'routes.tsx',
    'router.tsx',
    'main.tsx',
    'first-paint.ts',
    'font-subsets.ts',
    'vite.config.ts',
  ],
}

for (const [part, rooms] of Object.entries(ROOMS)) {
  test(`in ${part} a room imports only from rooms below it`, () => {
    const floorOf = (path: string) => {
      const room = rooms
        .filter((each) => path === `${part}/${each}` || inside(path, `${part}/${each}`))
        .reduce((longest, each) => (each.length > longest.length ? each : longest), '')
      assert.notEqual(room, '', `${path} is in no room of the list`)
      return rooms.indexOf(room)
    }
    const product = files.filter(({ path }) => inside(path, part) && !path.endsWith('.test.ts'))
    const offenders = product.flatMap(({ path, imports, typeImports }) =>
      [...imports, ...typeImports]
        .filter((target) => inside(target, part) && floorOf(target) > floorOf(path))
        .map((target) => `${path} imports ${target}`),
    )
    assert.deepEqual(offenders, [], 'never upward')
  })
}

const webFiles = files.filter(({ path }) => inside(path, 'web') && !isTest(path))

test('in the web app no feature imports another', () => {
  const featureOf = (path: string) => /^web\/features\/([^/]+)\//.exec(path)?.[1]
  const offenders = webFiles.flatMap(({ path, imports, typeImports }) =>
    [...imports, ...typeImports]
      .filter((target) => featureOf(path) && featureOf(target) && featureOf(path) !== featureOf(target))
      .map((target) => `${path} imports ${target}`),
  )
  assert.deepEqual(offenders, [], 'move what both need down to components or lib, or compose them in a page')
})

test('in the web app keys, reads and changes each have their place', () => {
  const outside = (place: RegExp, pattern: RegExp) =>
    webFiles.filter(({ path, text }) => pattern.test(text) && !place.test(path)).map(({ path }) => path)
  assert.deepEqual(outside(/\/query-keys\.ts$/, /(query|mutation)Key: \[|QueryData\(\[/), [])
  assert.deepEqual(outside(/\.queries\.ts$/, /\bqueryOptions\(/), [])
  assert.deepEqual(outside(/\.mutations\.ts$/, /\buse(Optimistic)?Mutation\(/), [])
})

test('in the web app no folder has more than 14 files on its own floor', () => {
  const folders = Map.groupBy(webFiles, ({ path }) => dirname(path))
  const crowded = [...folders].filter(([, each]) => each.length > 14).map(([folder]) => folder)
  assert.deepEqual(crowded, [])
})

test('tests, proofs and measurements stand on one harness, and know nothing of each other', () => {
  const verification = ['testing', 'torture', 'bench']
  refuse(
    (file, target) =>
      inside(target, 'harness') &&
      !isTest(file) &&
      ![...verification, 'harness'].some((folder) => inside(file, folder)) &&
      file !== 'scripts/seed.ts',
    'product code does not lean on test code',
  )
  refuse(
    (file, target) => verification.some((folder) => inside(target, folder) && !inside(file, folder)),
    'what two of them need belongs to the harness',
  )
})

test('the conformance suite knows nothing of the product', () => {
  refuse(
    (file, target) =>
      inside(file, 'conformance') && !inside(target, 'conformance') && !target.startsWith('node:'),
    'it has to run against any implementation',
  )
})

test('routes, services, stores and tables only look down', () => {
  const roles = ['table', 'schema', 'sql', 'store', 'service', 'routes']
  const level = (path: string) => roles.findIndex((role) => path.endsWith(`.${role}.ts`))
  refuse((file, target) => level(file) >= 0 && level(target) > level(file), 'never upward')
})

test('only stores, migrations and shared/db know SQL', () => {
  const knowsSql = (path: string) =>
    /\.(sql|store|table)\.ts$/.test(path) ||
    /\/(migrations|db)\//.test(path) ||
    path.endsWith('/database.ts') ||
    inside(path, 'torture') ||
    inside(path, 'bench') ||
    isTest(path)
  refuse(
    (file, target) =>
      (target === 'kysely' || target === 'pg') && !knowsSql(file) && !KNOWS_THE_POOL.includes(file),
    'put the query into the feature’s store',
  )
})

/** These hand the pool on without asking it anything themselves. */
const KNOWS_THE_POOL = [
  'booking/deps.ts',
  'crm/deps.ts',
  'booking/identity/login/attempt-limiter.ts',
  'shared/db/database-health.ts',
  'harness/processes/postgres-server.ts',
  'harness/apps/test-database.ts',
]

test('only routes, app.ts and shared/http know Fastify', () => {
  const knowsFastify = (path: string) =>
    /\.routes\.ts$|\/app\.ts$/.test(path) ||
    inside(path, 'shared/http') ||
    path.endsWith('/auth/authenticate.ts')
  refuse(
    (file, target) => /^@?fastify/.test(target) && !knowsFastify(file),
    'services speak the domain, not HTTP',
  )
})

test('only config reads the environment, and only the clock asks for the time', () => {
  const product = files.filter(({ path }) => /^(booking|crm|shared)\//.test(path) && !isTest(path))
  const offenders = (pattern: RegExp, allowed: string[]) =>
    product.filter(({ path, text }) => pattern.test(text) && !allowed.includes(path)).map(({ path }) => path)
  assert.deepEqual(offenders(/process\.env\b/, ['shared/config/env.ts']), [])
  assert.deepEqual(offenders(/new Date\(\)|Date\.now\(\)/, ['shared/lib/clock.ts']), [])
})

test('files import each other in one direction only', () => {
  const graph = new Map(files.map(({ path, imports, typeImports }) => [path, [...imports, ...typeImports]]))
  const finished = new Set<string>()
  const visit = (path: string, trail: string[]): void => {
    assert.ok(!trail.includes(path), `cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`)
    if (finished.has(path)) return
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    finished.add(path)
  }
  for (const { path } of files) visit(path, [])
})

test('no barrels, no drawers', () => {
  const offenders = files.filter(({ path }) => /\/index\.ts$|\/(utils|helpers|types|common)\//.test(path))
  assert.deepEqual(
    offenders.map(({ path }) => path),
    [],
  )
})

function refuse(isForbidden: (file: string, target: string) => boolean, why: string): void {
  const offenders = files.flatMap(({ path, imports }) =>
    imports.filter((target) => isForbidden(path, target)).map((target) => `${path} imports ${target}`),
  )
  assert.deepEqual(offenders, [], why)
}

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/(^|\/)dist\//.test(name))
    .map((name) => {
      const path = join(folder, name)
      const text = readFileSync(path, 'utf8')
      return {
        path: relative(root, path),
        text,
        imports: readImports(path, text),
        typeImports: readTypeImports(path, text),
      }
    })
}

/** Imported files as paths from the root, packages by name. */
function readImports(path: string, text: string): string[] {
  const lines = [
    ...text.matchAll(
      /^(?:import|export)(?! type)[^'"]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm,
    ),
  ]
  return lines.map(([, from, bare, dynamic]) => toPath(path, from ?? bare ?? dynamic ?? ''))
}

function readTypeImports(path: string, text: string): string[] {
  return [...text.matchAll(/^(?:import|export) type [^'"]*?from '([^']+)'/gm)].map(([, from = '']) =>
    toPath(path, from),
  )
}

function toPath(importer: string, target: string): string {
  if (target.startsWith('.')) return relative(root, resolve(dirname(importer), target))
  return target.startsWith('#') ? target.slice(1) : target
}

function inside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`)
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || inside(path, 'testing') || inside(path, 'harness')
}
