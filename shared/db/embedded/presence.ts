import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Who uses a cluster, as one file per user: `<id>.in` while using it, `<id>.out` while deciding to stop it.
 * A joiner writes its `.in` before it looks for an `.out`, and a leaver turns its `.in` into `.out` before it
 * looks for other `.in`: at least one of the two always sees the other, so no joiner loses a cluster.
 */
export type Presence = { enter(): void; beginLeaving(): void; end(): void }

/** Field 22 of /proc/<pid>/stat, counted from the fourth. */
const START_TIME = 18
let users = 0

export function presenceIn(dir: string): Presence {
  users += 1
  const path = join(dir, `${processIdentity(process.pid)}-${users}`)
  const write = (suffix: string) => {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    writeFileSync(path + suffix, '')
  }
  const remove = (suffix: string) => rmSync(path + suffix, { force: true })
  return {
    enter: () => write('.in'),
    beginLeaving: () => {
      write('.out')
      remove('.in')
    },
    end: () => {
      remove('.in')
      remove('.out')
    },
  }
}

export const isAnyoneIn = (dir: string): boolean => anyLiving(dir, '.in')
export const isAnyoneLeaving = (dir: string): boolean => anyLiving(dir, '.out')

/** A process number alone is not enough: after a crash or a reboot it may belong to someone else. */
export function processIdentity(pid: number): string {
  return `${pid}-${startedAt(pid)}`
}

/** Takes a file name that begins with an identity. */
export function isLiving(name: string): boolean {
  const [pid, start] = name.split(/[-.]/)
  const found = Number(pid)
  if (!(found > 0)) return false
  try {
    process.kill(found, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return processIdentity(found) === `${pid}-${start}`
}

function anyLiving(dir: string, suffix: string): boolean {
  let found = false
  for (const name of readdirSync(dir)) {
    if (!isLiving(name)) rmSync(join(dir, name), { force: true })
    else if (name.endsWith(suffix)) found = true
  }
  return found
}

function startedAt(pid: number): string {
  if (process.platform !== 'linux') return '0'
  try {
    // The second field is the program's name in brackets and may itself hold spaces; the third is the state.
    const [, fields = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    const [state, ...rest] = fields.split(' ')
    return state === 'Z' ? 'ended' : (rest[START_TIME] ?? '0')
  } catch {
    return '0'
  }
}
