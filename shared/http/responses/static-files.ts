import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '#shared/http/app.ts'

/**
 * A file in memory, shared by all answers that send it. Streams from the disk would need buffers for each slow client.
 */
export type StaticFile = { type: string; bytes: Buffer; hash: string; packed: Packed }

type Packed = { br?: Buffer; gzip?: Buffer | Promise<Buffer> }

/** Options of a route that answers with a static file: exempt from load shedding, with more time for slow clients. */
export const FILE_ROUTE = { schema: { hide: true }, config: { isFile: true } }

/** Reads the files of a folder (or only those named), each with its compressed copies (`.br`, `.gz`). Returns them by name. */
export async function cacheFolder(folder: string, only?: string[]): Promise<Map<string, StaticFile>> {
  const entries = await readdir(folder, { withFileTypes: true })
  const there = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name))
  const names = only ?? [...there].filter((name) => !/\.(br|gz)$/.test(name))
  const read = (name: string) => readFile(join(folder, name))
  const readCopy = async (name: string) => (there.has(name) ? read(name) : undefined)
  const cache = async (name: string) => {
    const [bytes, br, gz] = await Promise.all([read(name), readCopy(`${name}.br`), readCopy(`${name}.gz`)])
    return [name, cacheFile(name, bytes, { ...(br && { br }), ...(gz && { gzip: gz }) })] as const
  }
  return new Map(await Promise.all(names.map(cache)))
}

export function cacheFile(name: string, content: Buffer | string, packed: Packed = {}): StaticFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  return { type: TYPES[extname(name)] ?? 'application/octet-stream', bytes, hash, packed }
}

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
}

/** Serves exactly `files` below `prefix`. */
export function serveFiles(
  app: App,
  prefix: string,
  files: Map<string, StaticFile>,
  cacheControl: string,
): void {
  app.get<{ Params: { '*': string } }>(`${prefix}/*`, FILE_ROUTE, (request, reply) => {
    const file = files.get(request.params['*'])
    return file ? sendFile(request, reply, file, { 'cache-control': cacheControl }) : reply.callNotFound()
  })
}

/** Sends a file, compressed if the client accepts that; 304 when the client has it. */
export async function sendFile(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  file: StaticFile,
  ownHeaders: Record<string, string>,
): Promise<FastifyReply> {
  const coding = chooseCoding(headers['accept-encoding'], file)
  const bytes = coding ? await pack(file, coding) : file.bytes
  const tag = `"${file.hash}${coding ? `-${coding}` : ''}"`
  // CORS may have set `vary: origin`.
  const vary = [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', ')
  reply.headers({ ...ownHeaders, vary, etag: tag })
  if (reply.statusCode === 200 && has(headers['if-none-match'], tag)) return reply.code(304).send()
  if (coding) reply.header('content-encoding', coding)
  return reply.type(file.type).header('content-length', bytes.length).send(inPieces(bytes))
}

/** Writing a megabyte blocks the event loop for a millisecond, so hundreds of simultaneous requests would add up. */
const PIECE_BYTES = 64 * 1024

function inPieces(bytes: Buffer): Buffer | Readable {
  if (bytes.length <= PIECE_BYTES) return bytes
  let at = 0
  return new Readable({
    highWaterMark: 1,
    read() {
      const piece = at < bytes.length ? bytes.subarray(at, at + PIECE_BYTES) : null
      at += PIECE_BYTES
      setImmediate(() => this.push(piece))
    },
  })
}

function chooseCoding(accepted = '', { type, packed }: StaticFile): 'br' | 'gzip' | undefined {
  const isAccepted = (coding: string) =>
    accepted.split(',').some((each) => {
      const [name, weight = 1] = each.trim().split(/ *; *q=/i)
      return name === coding && Number(weight) > 0
    })
  if (packed.br && isAccepted('br')) return 'br'
  const isText = /^text|json|svg|xml/.test(type)
  return isText && isAccepted('gzip') ? 'gzip' : undefined
}

function pack({ packed, bytes }: StaticFile, coding: 'br' | 'gzip'): Buffer | Promise<Buffer> {
  if (coding === 'br' && packed.br) return packed.br
  packed.gzip ??= promisify(gzip)(bytes)
  return packed.gzip
}

/** Compared without `W/`: a proxy that compresses makes the tag weak. */
const has = (known = '', tag: string) =>
  known.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === tag)
