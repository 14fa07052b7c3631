import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'

const root = join(import.meta.dirname, '../..')
const WEB = join(root, 'web')
export const WEB_DIST = join(WEB, 'dist')
/** Written when a build is complete; its time is that of the beginning. */
export const WEB_BUILT = join(WEB_DIST, '.built')

/** Builds the web app if its sources have changed since the last build, in a process of its own because of its memory. Throws when it fails. */
export async function buildWebWhenStale(log: (line: string) => void): Promise<void> {
  if (!isStale([WEB, join(root, 'package-lock.json')], WEB_BUILT)) return
  if (!existsSync(join(root, 'node_modules/vite'))) {
    // A production installation without development dependencies.
    if (!existsSync(WEB_BUILT))
      log('The web app is not built: "npm ci --include=dev" and "npm run build:web" do it.')
    return
  }
  log('Building the web app (when it has changed, a few seconds)…')
  const child = spawn(process.execPath, [join(root, 'scripts/build-web.ts')], { stdio: 'inherit' })
  process.once('exit', () => child.kill())
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('The web app could not be built: see above.')
}

/** Whether any source file or folder is newer than the build; folders, because a deleted file changes only its folder. */
export function isStale(sources: string[], built: string): boolean {
  const builtAtMs = changedAtMs(built)
  return (
    builtAtMs === 0 ||
    sources.some((source) => pathsBelow(source).some((path) => changedAtMs(path) > builtAtMs))
  )
}

function pathsBelow(source: string): string[] {
  if (!statSync(source, { throwIfNoEntry: false })?.isDirectory()) return [source]
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'dist' && !name.startsWith(`dist${sep}`))
    .map((name) => join(source, name))
}

function changedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
