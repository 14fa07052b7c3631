/** Builds the web app into web/dist, with compressed copies of its text files. */
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { build } from 'vite'
import { readCommandLine } from '#shared/process/command-line.ts'
import { WEB_BUILT, WEB_DIST } from './launcher/web-build.ts'

readCommandLine('Usage: npm run build:web     builds the web app into web/dist', {})
const beganAt = new Date()
await build({
  configFile: join(import.meta.dirname, '../web/vite.config.ts'),
  configLoader: 'native',
  logLevel: 'warn',
})
await Promise.all(
  readdirSync(WEB_DIST, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|css|html|svg)$/.test(name))
    .map((name) => compress(join(WEB_DIST, name))),
)
writeFileSync(WEB_BUILT, '')
// The time of the start: files that were changed during the build make it stale.
utimesSync(WEB_BUILT, beganAt, beganAt)

async function compress(path: string): Promise<void> {
  const bytes = readFileSync(path)
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes))
  writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }))
}
