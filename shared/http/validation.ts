import { Ajv } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { invalidFields } from './app-error.ts'
import { isStorable } from './json-body.ts'

/**
 * Bodies are checked as they are: "1" is not a number and null is not 0. Queries and paths arrive as
 * text, so numbers and booleans are read from them.
 */
export function validateRequests(app: FastifyInstance): void {
  const options = { allErrors: true, useDefaults: true, strict: false, strictNumbers: true }
  const strict = new Ajv(options)
  const coercing = new Ajv({ ...options, coerceTypes: true })
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : coercing).compile(schema as object),
  )
  app.addHook('preValidation', async ({ query }) => {
    for (const [field, value] of Object.entries(query as Record<string, unknown>)) {
      if (![value].flat().every((each) => isStorable(String(each)))) {
        throw invalidFields([{ field, message: 'must not contain NUL or broken Unicode characters' }])
      }
    }
  })
}

/** Reads a choice that may be written in any case. Undefined stays undefined; an unknown word is a 400. */
export function readChoice<const T extends string>(
  field: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined || text === '') return undefined
  const choice = choices.find((each) => each.toLowerCase() === text.trim().toLowerCase())
  if (choice) return choice
  throw invalidFields([{ field, message: `must be one of ${choices.join(', ').toLowerCase()}` }])
}
