import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { isAnyoneIn, type Presence, presenceIn } from './presence.ts'
import { stopServer } from './server.ts'

export type Place = { pgDir: string; presenceDir: string }

export function placeIn(dataDir: string): Place {
  return { pgDir: join(dataDir, 'pg'), presenceDir: join(dataDir, 'pg.users') }
}

/** The last one out stops the server. False when it stays up for others. */
export async function leaveServer({ pgDir, presenceDir }: Place, presence: Presence): Promise<boolean> {
  try {
    presence.beginLeaving()
    if (isAnyoneIn(presenceDir)) return false
    await stopServer(pgDir)
    return true
  } finally {
    presence.end()
  }
}

/** Stops a server whose users have all died without leaving. */
export async function stopAbandonedServer(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return
  const place = placeIn(realpathSync(dataDir))
  if (existsSync(place.presenceDir)) await leaveServer(place, presenceIn(place.presenceDir))
}
