import { execFile } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { embeddedCommand, explainSpawnFailure } from './binaries.ts'
import { isLiving, processIdentity } from './presence.ts'

export const superuser = 'stillpoint'
const MAJOR_VERSION = '18'
const DRAFT_PREFIX = 'pg.init-'
let drafts = 0

/**
 * Makes the cluster beside its final place and renames it there when it is complete, so that a kill at any
 * moment leaves either nothing or a whole cluster.
 */
export async function createCluster(dataDir: string, pgDir: string, isDurable: boolean): Promise<void> {
  drafts += 1
  const draft = join(dataDir, `${DRAFT_PREFIX}${processIdentity(process.pid)}-${drafts}`)
  rmSync(draft, { recursive: true, force: true })
  try {
    await initdb(draft, isDurable)
    renameSync(draft, pgDir)
    syncDirectory(dataDir)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true, maxRetries: 3 })
    if (!isAlreadyThere(error)) throw error
  }
}

/** Drafts of processes that died while making a cluster. */
export function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(DRAFT_PREFIX) || isLiving(name.slice(DRAFT_PREFIX.length))) continue
    try {
      rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    } catch {
      // Its initdb may outlive the process that started it; the next start tries again.
    }
  }
}

export function isCluster(pgDir: string): boolean {
  return existsSync(pgDir) && readdirSync(pgDir).length > 0
}

export function requireUsable(pgDir: string): void {
  const owner = statSync(pgDir).uid
  if (process.getuid && owner !== process.getuid()) {
    throw new Error(
      `The data in ${pgDir} belongs to user ${owner}, but Stillpoint runs as user ${process.getuid()}. ` +
        'Start it as the same user as before, or set DATA_DIR to another directory.',
    )
  }
  const version = readVersion(pgDir)
  if (version === MAJOR_VERSION) return
  throw new Error(
    version === undefined
      ? `${pgDir} holds files but no PostgreSQL cluster. Move them away, or set DATA_DIR to another directory.`
      : `The data in ${pgDir} was made by PostgreSQL ${version}, but this release brings PostgreSQL ${MAJOR_VERSION}. ` +
          `Move it over with pg_dump and pg_restore (or pg_upgrade) of a PostgreSQL ${MAJOR_VERSION} installation, ` +
          'or go back to the release that made it.',
  )
}

async function initdb(target: string, isDurable: boolean): Promise<void> {
  const { file, args } = embeddedCommand('initdb', [
    `--pgdata=${target}`,
    `--username=${superuser}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    // Byte order like C, but lower(), ilike and citext know every alphabet; the same on every machine.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(isDurable ? [] : ['--no-sync']),
  ])
  try {
    await promisify(execFile)(file, args)
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string }
    throw new Error(
      explainSpawnFailure(`${message}\n${stderr ?? ''}`) ??
        `The database cluster could not be created: ${(stderr || message).trim()}`,
    )
  }
}

function readVersion(pgDir: string): string | undefined {
  try {
    return readFileSync(join(pgDir, 'PG_VERSION'), 'utf8').trim()
  } catch {
    return undefined
  }
}

function isAlreadyThere(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  fsyncSync(directory)
  closeSync(directory)
}
