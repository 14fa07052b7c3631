/** Runs all static checks: types, lint and format, dead code, architecture, generated files. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { readCommandLine } from '#shared/process/command-line.ts'

readCommandLine('Usage: npm run check     types, lint, format, dead code, architecture, generated files', {})

const root = join(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules', '.bin', name)

const CHECKS: Record<string, string[]> = {
  types: [bin('tsc'), '--project', root],
  'types of the web app': [bin('tsc'), '--project', join(root, 'web')],
  'lint and format': [bin('biome'), 'ci', '--colors=off', root],
  'dead code': [bin('knip'), '--directory', root],
  architecture: [
    process.execPath,
    '--test',
    '--test-reporter=dot',
    join(root, 'testing', 'architecture.test.ts'),
  ],
  'OpenAPI drift': [process.execPath, join(root, 'scripts', 'openapi.ts'), '--check'],
  'schema.sql drift': [process.execPath, join(root, 'scripts', 'schema.ts'), '--check'],
  '.env.example drift': [process.execPath, join(root, 'scripts', 'env-example.ts'), '--check'],
}

let failures = 0
for (const [name, [command = '', ...args]] of Object.entries(CHECKS)) {
  const startedAt = performance.now()
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'pass' : 'FAIL'}  ${name.padEnd(20)} ${seconds} s`)
  if (status === 0) continue
  failures++
  console.log(`${stdout}${stderr}`.replace(/^/gm, '      '))
}
process.exit(failures === 0 ? 0 : 1)
