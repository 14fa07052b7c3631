import type { FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { AppError, badRequest, type FieldFault, invalidFields } from './app-error.ts'
import { TEXT_FAULTS } from './text-patterns.ts'

/** 400 for a body or query; 404 for a path, because a malformed id is answered like an unknown one (contract). */
export function validationError(faults: FastifySchemaValidationError[], context = 'body'): AppError {
  if (context === 'params')
    return new AppError(404, 'not_found', 'No such id: ids are positive whole numbers.')
  const details = faults.map(toFieldFault)
  const distinct = details.filter(({ field }, i) => details.findIndex((other) => other.field === field) === i)
  if (context === 'body' && distinct.every(({ field }) => field === '')) {
    return badRequest(
      'validation_failed',
      'Send a JSON object as the body, with Content-Type: application/json.',
      [{ field: 'body', message: 'must be a JSON object' }],
    )
  }
  return invalidFields(distinct)
}

/**
 * The faults of single fields in the body of a route with `attachValidation`, so that the service can add its own and
 * report all together. Throws the 400 or 404 when the body as a whole, or another part of the request, is invalid.
 */
export function bodyFaults({ validationError: found }: FastifyRequest): FieldFault[] {
  if (!found) return []
  const error = validationError(found.validation, found.validationContext)
  const details = error.details ?? []
  if (found.validationContext !== 'body' || details.some(({ field }) => field === 'body')) throw error
  return details
}

type SchemaFault = Pick<FastifySchemaValidationError, 'instancePath' | 'keyword' | 'params' | 'message'>

/** One error of Ajv as `{field, message}`. */
export function toFieldFault({
  instancePath,
  keyword,
  params,
  message = 'is not valid',
}: SchemaFault): FieldFault {
  const path = instancePath.slice(1).replaceAll('/', '.')
  if (keyword === 'required') {
    const missing = String(params.missingProperty)
    return { field: path === '' ? missing : `${path}.${missing}`, message: 'is required' }
  }
  if (keyword === 'enum')
    return {
      field: path,
      message: `must be one of ${[params.allowedValues].flat().map(String).join(', ')}`,
    }
  if (keyword === 'pattern')
    return {
      field: path,
      message: TEXT_FAULTS[String(params.pattern)] ?? 'is not written as /docs describes it',
    }
  const isBlank = keyword === 'minLength' && params.limit === 1
  if (isBlank) return { field: path, message: 'must not be empty' }
  if (keyword === 'type') return { field: path, message: `must be ${[params.type].flat().join(' or ')}` }
  return { field: path, message: message.replace('NOT have', 'not have') }
}
