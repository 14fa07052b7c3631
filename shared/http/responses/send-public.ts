import type { FastifyReply, FastifyRequest } from 'fastify'
import { createSizedCache } from '#shared/lib/sized-cache.ts'
import { sent } from './sent.ts'
import { cacheFile, type StaticFile, sendFile } from './static-files.ts'

/**
 * What may be the same for everybody for some seconds: browsers and shared caches (a CDN) keep it, and show the last answer
 * while they ask for the next one.
 */
export const PUBLIC_BRIEFLY = 'public, max-age=5, stale-while-revalidate=30'

/** Answers as they were sent last, so that each is hashed and compressed once. */
const files = createSizedCache<string, StaticFile>({
  maxBytes: 4 * 1024 * 1024,
  keptMs: 30_000,
  bytesOf: ({ bytes }) => 2 * bytes.length,
})

/** Sends JSON that is the same for everybody, compressed if the client accepts that; 304 when the client has it. */
export async function sendPublicJson(
  request: FastifyRequest,
  reply: FastifyReply,
  json: string,
): Promise<never> {
  const known = files.get(json)
  const file = known ?? cacheFile('public.json', json)
  if (!known) files.set(json, file)
  return sent(await sendFile(request, reply, file, { 'cache-control': PUBLIC_BRIEFLY }))
}
