import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { databaseErrorToAppError } from '#shared/db/database-errors.ts'
import { AppError, badRequest, toErrorBody } from '#shared/errors/app-error.ts'
import { validationError } from '#shared/errors/field-faults.ts'
import type { RefusalSample } from '#shared/http/observability/refusal-sample.ts'
import { isRefusal } from '#shared/http/observability/request-log.ts'
import { REQUEST_ID } from '#shared/http/requests/request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** Answers every error as `{error, code, details?}`. The message of an unexpected error is only logged. */
export function handleErrors(app: FastifyInstance, refusals?: RefusalSample): void {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const answer = toAppError(error)
    if (refusals && isRefusal(answer.status)) request.isLogged = refusals.admit(answer.status)
    if (answer.status >= 500 && !answer.isDeclined && request.isLogged !== false)
      request.log.error({ request: request.id, err: error }, 'request failed')
    if (answer.status === 413 || answer.status === 415) await discardBody(request.raw)
    return sendError(reply, answer)
  })
}

const DISCARD_MAX_MS = 1_000

/** A client that is still sending when the connection closes gets a broken pipe instead of the answer. */
async function discardBody(request: IncomingMessage): Promise<void> {
  if (request.readableEnded) return
  request.resume()
  await once(request, 'end', { signal: AbortSignal.timeout(DISCARD_MAX_MS) }).catch(() => {})
}

export function sendError(reply: FastifyReply, error: AppError): FastifyReply {
  reply.request.isDeclined = error.isDeclined
  return reply
    .code(error.status)
    .headers(error.headers)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(toErrorBody(error))
}

/** Sends the web app with the status of the reply; undefined when it is not a browser that asks for a page. */
export type SendPage = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | undefined

/** Answers errors that Fastify finds before routing: a URL that cannot be decoded, an over-long parameter. */
export function answerFrameworkErrors(sendPage: SendPage = () => undefined) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const fault =
      error.code === 'FST_ERR_BAD_URL'
        ? badRequest('bad_url', 'The URL is not valid: check its %-escapes.')
        : routeNotFound()
    // Hooks have not run.
    reply.code(fault.status).headers({ ...SECURITY_HEADERS, [REQUEST_ID]: request.id })
    if (!sendPage(request, reply)) sendError(reply, fault)
  }
}

export const routeNotFound = () =>
  new AppError(404, 'route_not_found', 'There is nothing at this address: see /docs for all addresses.')

function toAppError(error: FastifyError): AppError {
  if (error instanceof AppError) return error
  if (error.validation) return validationError(error.validation, error.validationContext)
  const fromFramework = FRAMEWORK_ERRORS[error.code]
  if (fromFramework) return new AppError(...fromFramework)
  const fromDatabase = databaseErrorToAppError(error)
  if (fromDatabase) return fromDatabase
  if (error.statusCode && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError(
      error.statusCode,
      'bad_request',
      'The request cannot be read: check its headers and body.',
    )
  }
  return new AppError(
    500,
    'internal_error',
    'Something went wrong on our side. Please try again; the fault has been logged.',
  )
}

const FRAMEWORK_ERRORS: Record<string, [status: number, code: string, message: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body_too_large', 'The body is too large: send less in one request.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'unsupported_media_type',
    'Send the body as JSON, with Content-Type: application/json.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'malformed_body',
    'The body does not have the length that Content-Length says.',
  ],
}
