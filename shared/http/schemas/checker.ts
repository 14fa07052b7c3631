import { Ajv, type ValidateFunction } from 'ajv'
import type { Static, TSchema } from 'typebox'
import type { FieldFault } from '#shared/errors/app-error.ts'
import { toFieldFault } from '#shared/errors/field-faults.ts'

const ajv = new Ajv({ allErrors: true, strict: false })
const compiled = new WeakMap<TSchema, ValidateFunction>()

/** Whether a value matches its schema, for values that Fastify does not validate. */
export function isValid<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return validatorOf(schema)(value)
}

/** All faults of a value, with the same messages as those of a request. */
export function faultsIn(schema: TSchema, value: unknown): FieldFault[] {
  const validate = validatorOf(schema)
  return validate(value) ? [] : (validate.errors ?? []).map(toFieldFault)
}

/** By Ajv, which Fastify loads anyway: TypeBox's own validator would load 300 more files at each start. */
function validatorOf(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema)
  if (known) return known
  const validate = ajv.compile(schema)
  compiled.set(schema, validate)
  return validate
}
