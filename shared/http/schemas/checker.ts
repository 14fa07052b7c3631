import { Ajv, type ValidateFunction } from 'ajv'
import type { Static, TSchema } from 'typebox'
import type { FieldFault } from '#shared/errors/app-error.ts'
import { toFieldFault } from '#shared/errors/field-faults.ts'

const ajv = new Ajv({ allErrors: true, strict: false })
const compiled = new WeakMap<TSchema, ValidateFunction>()

/** Whether a value is what its schema says: for what does not come as a request of our own routes. */
export function isValid<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return validatorOf(schema)(value)
}

/** Everything that is wrong with a value, in the words that a request would be answered with. */
export function faultsIn(schema: TSchema, value: unknown): FieldFault[] {
  const validate = validatorOf(schema)
  return validate(value) ? [] : (validate.errors ?? []).map(toFieldFault)
}

/** With the checker of requests, which is loaded anyway: that of the schema library would be another 300 files at each start. */
function validatorOf(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema)
  if (known) return known
  const validate = ajv.compile(schema)
  compiled.set(schema, validate)
  return validate
}
