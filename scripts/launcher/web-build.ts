import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'

const root = join(import.meta.dirname, '../..')
const WEB = join(root, 'web')
export const WEB_DIST = join(WEB, 'dist')
/** Written when a build is complete, with the time at which it began. */
export const WEB_BUILT = join(WEB_DIST, '.built')

/** Builds the web app when it has changed since. In a process of its own, because what builds it needs much memory. */
export async function buildWebWhenStale(log: (line: string) => void): Promise<void> {
  if (!isStale()) return
  if (!existsSync(join(root, 'node_modules/vite'))) {
    // An installation for production, which was given a build or wants none.
    if (!existsSync(WEB_BUILT))
      log('The web app is not built: "npm ci --include=dev" and "npm run build:web" do it.')
    return
  }
  log('Building the web app (when it has changed, a few seconds)…')
  const child = spawn(process.execPath, [join(root, 'scripts/build-web.ts')], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('The web app could not be built: see above.')
}

function isStale(): boolean {
  const builtAtMs = statSync(WEB_BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'dist' && !name.startsWith(`dist${sep}`))
    .map((name) => join(WEB, name))
  return [join(root, 'package-lock.json'), ...sources].some((path) => statSync(path).mtimeMs > builtAtMs)
}
