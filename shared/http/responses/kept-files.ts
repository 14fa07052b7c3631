import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '#shared/http/app.ts'

/**
 * A file that is read once and kept once, however many it is being sent to. From the disk every answer would have a
 * stream and pieces of its own, for as long as its client does not take them.
 */
export type KeptFile = { type: string; bytes: Buffer; hash: string; packed: Packed }

type Packed = { br?: Buffer; gzip?: Buffer | Promise<Buffer> }

/** For routes that answer with one: it is no work, and its client may take its time. */
export const FILE_ROUTE = { schema: { hide: true }, config: { isFile: true } }

/** The files that lie in a folder, or the named ones of them, each with its compressed copies (`.br`, `.gz`). */
export async function keepFolder(folder: string, only?: string[]): Promise<Map<string, KeptFile>> {
  const entries = await readdir(folder, { withFileTypes: true })
  const there = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name))
  const names = only ?? [...there].filter((name) => !/\.(br|gz)$/.test(name))
  const read = (name: string) => readFile(join(folder, name))
  const readCopy = async (name: string) => (there.has(name) ? read(name) : undefined)
  const keep = async (name: string) => {
    const [bytes, br, gz] = await Promise.all([read(name), readCopy(`${name}.br`), readCopy(`${name}.gz`)])
    return [name, keepFile(name, bytes, { ...(br && { br }), ...(gz && { gzip: gz }) })] as const
  }
  return new Map(await Promise.all(names.map(keep)))
}

export function keepFile(name: string, content: Buffer | string, packed: Packed = {}): KeptFile {
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
  '.woff2': 'font/woff2',
}

/** Serves `files` below `prefix`, and nothing else that may lie there. */
export function serveFiles(
  app: App,
  prefix: string,
  files: Map<string, KeptFile>,
  cacheControl: string,
): void {
  app.get<{ Params: { '*': string } }>(`${prefix}/*`, FILE_ROUTE, (request, reply) => {
    const file = files.get(request.params['*'])
    return file ? sendFile(request, reply, file, { 'cache-control': cacheControl }) : reply.callNotFound()
  })
}

/** Sends it compressed to whoever can read that, and not at all to whoever has it already. */
export async function sendFile(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  file: KeptFile,
  ownHeaders: Record<string, string>,
): Promise<FastifyReply> {
  const coding = chooseCoding(headers['accept-encoding'], file)
  const bytes = coding ? await pack(file, coding) : file.bytes
  const tag = `"${file.hash}${coding ? `-${coding}` : ''}"`
  // CORS has named the origin there.
  const vary = [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', ')
  reply.headers({ ...ownHeaders, vary, etag: tag })
  if (reply.statusCode === 200 && has(headers['if-none-match'], tag)) return reply.code(304).send()
  if (coding) reply.header('content-encoding', coding)
  return reply.type(file.type).header('content-length', bytes.length).send(inPieces(bytes))
}

/** To hand a megabyte to the system takes a millisecond: hundreds who ask at once would hold up everybody for their sum. */
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

function chooseCoding(accepted = '', { type, packed }: KeptFile): 'br' | 'gzip' | undefined {
  const isAccepted = (coding: string) =>
    accepted.split(',').some((each) => {
      const [name, weight = 1] = each.trim().split(/ *; *q=/i)
      return name === coding && Number(weight) > 0
    })
  if (packed.br && isAccepted('br')) return 'br'
  const isText = /^text|json|svg/.test(type)
  return isText && isAccepted('gzip') ? 'gzip' : undefined
}

function pack({ packed, bytes }: KeptFile, coding: 'br' | 'gzip'): Buffer | Promise<Buffer> {
  if (coding === 'br' && packed.br) return packed.br
  packed.gzip ??= promisify(gzip)(bytes)
  return packed.gzip
}

/** A proxy that compresses by itself makes a tag a weak one. */
const has = (known = '', tag: string) =>
  known.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === tag)
