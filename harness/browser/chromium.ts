import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import packed, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const modules = join(import.meta.dirname, '../../node_modules')
const INSTALLED = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** A real browser: the one of this machine, or the one that lies packed in a package and needs nothing installed. */
export async function launchChromium(): Promise<Browser> {
  const installed = INSTALLED.find(existsSync)
  const { path, env } = installed ? { path: installed, env: {} } : await unpack()
  return chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env },
    // Its sandbox refuses to be run by root, as containers do.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

async function unpack() {
  const { version } = JSON.parse(readFileSync(join(modules, '@sparticuz/chromium/package.json'), 'utf8'))
  const dir = join(modules, '.cache', `stillpoint-chromium-${version}`)
  if (!existsSync(dir)) await unpackInto(dir)
  const path = join(dir, 'chromium')
  const hasLibraries = !spawnSync('ldd', [path], { encoding: 'utf8' }).stdout?.includes('not found')
  return {
    path,
    env: {
      ...(!hasLibraries && { LD_LIBRARY_PATH: join(dir, 'al2023/lib') }),
      ...(!existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: join(dir, 'fonts') }),
    },
  }
}

/** Moved into its place when complete: several test files may be doing this at the same time. */
async function unpackInto(dir: string): Promise<void> {
  const { TMPDIR } = process.env
  const scratch = `${dir}.${process.pid}`
  mkdirSync(scratch, { recursive: true })
  // The package unpacks into the system's temporary directory, wherever that is.
  process.env.TMPDIR = scratch
  try {
    await packed.executablePath()
    await inflate(join(modules, '@sparticuz/chromium/bin/al2023.tar.br'))
    renameSync(scratch, dir)
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true })
    if (!existsSync(dir)) throw error
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
}
