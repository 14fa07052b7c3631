import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { type FieldFault, invalidFields } from '#shared/errors/app-error.ts'
import { lowerAscii } from '#shared/lib/ascii-case.ts'
import { parseWireTime } from '#shared/lib/wire-time.ts'
import { findUnstorable } from './json-body.ts'

/**
 * Validates requests without type coercion: in a body "1" is not a number and null is not 0. In queries and paths whole numbers
 * are parsed first; `1e3`, `0x10` and `+1` are refused, and `page=` counts as left out. A query of a route without a schema for
 * it is ignored. A change is refused whose query has a known name in another spelling, such as `scope[]` or `Scope`: ignored, it would
 * change something else than was meant.
 */
export function validateRequests(app: FastifyInstance): void {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, strictNumbers: true })
  app.setValidatorCompiler<JsonSchema>(({ schema, httpPart }) => {
    const validate = ajv.compile(schema)
    return httpPart === 'body' ? validate : readingIntegers(schema, validate)
  })
  app.addHook('preValidation', ({ method, query, routeOptions }, _reply, done) => {
    const schema = routeOptions.schema?.querystring as JsonSchema | undefined
    if (!schema) return done()
    const faults = findUnstorable(query)?.details ?? (method === 'GET' ? [] : misspelled(schema, query))
    done(faults.length > 0 ? invalidFields(faults) : undefined)
  })
}

function misspelled({ properties = {} }: JsonSchema, query: unknown): FieldFault[] {
  return Object.keys(query as object).flatMap((field) => {
    const name = field.replace(/\[.*$/, '').toLowerCase()
    return name !== field && name in properties ? [{ field, message: `must be written as ${name}=…` }] : []
  })
}

/** The choice that the text names in any case; undefined for none. Throws 400 for an unknown word. */
export function readChoice<const T extends string>(
  field: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined || text === '') return undefined
  // With `attachValidation` and an invalid body the query is not validated and may be an array.
  const word = lowerAscii(String(text).trim())
  const choice = choices.find((each) => each.toLowerCase() === word)
  if (choice) return choice
  throw invalidFields([{ field, message: `must be one of ${choices.join(', ').toLowerCase()}` }])
}

/** Whether the text says yes: `true` or `1`; false for none. Throws 400 for an unknown word. */
export function readSwitch(field: string, text: string | undefined): boolean {
  const choice = readChoice(field, text, ['true', 'false', '1', '0'])
  return choice === 'true' || choice === '1'
}

/** The time that the text names (naive UTC or with an offset, see `parseWireTime`); undefined for none. Throws 400 for anything else. */
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
    return validate(data) || { error: validate.errors ?? [] }
  }
}

const WHOLE_NUMBER = /^-?\d{1,16}$/
