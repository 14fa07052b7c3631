import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { invalidFields } from '#shared/errors/app-error.ts'
import { parseWireTime } from '#shared/lib/wire-time.ts'
import { findUnstorable } from './json-body.ts'

/**
 * Values are checked as they are: "1" is not a number and null is not 0. Only queries and paths, which arrive
 * as text, have their whole numbers read first; `1e3`, `0x10` and `+1` are none, and `page=` counts as left out.
 * A query that the route does not read is not looked at.
 */
export function validateRequests(app: FastifyInstance): void {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, strictNumbers: true })
  app.setValidatorCompiler<JsonSchema>(({ schema, httpPart }) => {
    const validate = ajv.compile(schema)
    return httpPart === 'body' ? validate : readingIntegers(schema, validate)
  })
  app.addHook('preValidation', ({ query, routeOptions }, _reply, done) => {
    const fault = routeOptions.schema?.querystring ? findUnstorable(query) : null
    done(fault?.details ? invalidFields(fault.details) : undefined)
  })
}

/** Reads a choice that may be written in any case. Undefined stays undefined; an unknown word is a 400. */
export function readChoice<const T extends string>(
  field: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined || text === '') return undefined
  // Where a wrong body is let pass to be described in full, the query behind it has not been looked at.
  const word = String(text).trim().toLowerCase()
  const choice = choices.find((each) => each.toLowerCase() === word)
  if (choice) return choice
  throw invalidFields([{ field, message: `must be one of ${choices.join(', ').toLowerCase()}` }])
}

/** Reads a time as the wire writes it, or with an offset. Undefined stays undefined; anything else is a 400. */
export function readTime(field: string, text: string | undefined): Date | undefined {
  if (text === undefined || text === '') return undefined
  const at = parseWireTime(text)
  if (at) return at
  throw invalidFields([{ field, message: 'must be a time such as 2026-01-15T07:00:00' }])
}

type JsonSchema = { properties?: Record<string, { type?: string }> }

function readingIntegers({ properties = {} }: JsonSchema, validate: ValidateFunction) {
  const names = Object.keys(properties).filter((name) => properties[name]?.type === 'integer')
  return (data: Record<string, unknown>) => {
    for (const name of names) {
      const text = data[name]
      if (text === '') delete data[name]
      else if (typeof text === 'string' && WHOLE_NUMBER.test(text)) data[name] = Number(text)
    }
    return validate(data) || { error: validate.errors as never }
  }
}

const WHOLE_NUMBER = /^-?\d{1,16}$/
