import type { FastifyInstance } from 'fastify'
import { AppError, badRequest } from '#shared/errors/app-error.ts'
import { toError } from '#shared/errors/error-facts.ts'
import { shorten } from '#shared/lib/shorten.ts'

const NESTING_MAX = 32

/**
 * Accepts plain JSON bodies only, and only JSON that a database can store: valid UTF-8, no NUL, no lone
 * surrogate, no prototype keys, not nested deeper than any real request. An empty body is no body,
 * so that clients which always send a JSON content type may still call `PUT …/cancel`.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  const parseSafely = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addHook('preParsing', ({ raw: { headers } }, _reply, _payload, done) => {
    const encoding = headers['content-encoding']?.trim() || 'identity'
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
    done(hasBody && encoding.toLowerCase() !== 'identity' ? encoded(encoding) : null)
  })
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      if (body.length === 0) return done(null, undefined)
      refuseOtherCharsets(request.headers['content-type'])
      const text = decodeUtf8(body)
      refuseDeepNesting(text)
      parseSafely(request, text, (error, value) => {
        if (error) return done(malformedJson())
        done(text.includes('\\u') ? findUnstorable(value) : null, value)
      })
    } catch (error) {
      done(toError(error))
    }
  })
}

/** A 400 for the first string that PostgreSQL cannot store; null when there is none. */
export function findUnstorable(value: unknown, path = ''): AppError | null {
  if (typeof value === 'string') return isStorable(value) ? null : unstorableText(path)
  if (value === null || typeof value !== 'object') return null
  for (const [key, child] of Object.entries(value)) {
    const field = path === '' ? key : `${path}.${key}`
    const fault = (isStorable(key) ? null : unstorableText(path)) ?? findUnstorable(child, field)
    if (fault) return fault
  }
  return null
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function unstorableText(field: string): AppError {
  const message = 'must not contain NUL or broken Unicode characters'
  return badRequest('invalid_text', `Check the request: ${field || 'the text'} ${message}.`, [
    { field, message },
  ])
}

function refuseOtherCharsets(contentType = ''): void {
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase()
  if (charset && charset !== 'utf-8' && charset !== 'utf8') {
    throw new AppError(415, 'unsupported_media_type', 'Send the body as JSON in UTF-8.')
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch {
    throw badRequest('malformed_json', 'The body is not valid UTF-8: send JSON in UTF-8.')
  }
}

/** Checked on the text, because the parser and the validator are recursive. */
function refuseDeepNesting(text: string): void {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === BACKSLASH) i++
      else if (char === QUOTE) inString = false
    } else if (char === QUOTE) inString = true
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      if (++depth > NESTING_MAX) throw badRequest('malformed_json', 'The body is nested too deeply.')
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [34, 92, 123, 125, 91, 93]

const encoded = (encoding: string) =>
  new AppError(
    415,
    'unsupported_content_encoding',
    `The body is encoded as ${shorten(encoding, 40)}: send it plain, without Content-Encoding or with identity.`,
    { headers: { 'accept-encoding': 'identity' } },
  )

const malformedJson = () =>
  badRequest(
    'malformed_json',
    'The body is not valid JSON: check quotes, commas and brackets (__proto__ and constructor keys are not allowed).',
  )
