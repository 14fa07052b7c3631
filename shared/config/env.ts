import { existsSync } from 'node:fs'
import { Ajv } from 'ajv'
import type { Static, TObject } from 'typebox'

/** Environment variables by name; `process.env` has this shape. */
export type Env = Record<string, string | undefined>

/** The process environment, completed from a `.env` file in the working directory when there is one. */
export function processEnv(): Env {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/**
 * Reads the variables that `schema` names. An empty variable counts as unset, numbers are converted, defaults filled in.
 * `findFaults` checks what the schema cannot express. Throws one `ConfigError` that lists every fault of both.
 */
export function readEnv<T extends TObject>(
  schema: T,
  env: Env,
  findFaults: (values: Static<T>) => (string | undefined)[] = () => [],
): Static<T> {
  const names = Object.keys(schema.properties)
  const given = names.map((name) => [name, env[name]?.trim()]).filter(([, text]) => text)
  // Validated below; with faults it is only read to find more of them.
  const values: Static<T> = Object.fromEntries(given)
  const validate = new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true }).compile(schema)
  validate(values)
  const faults = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const name = instancePath.slice(1)
    const choices = params.allowedValues ? `: ${params.allowedValues.join(', ')}` : ''
    const got = SECRET.test(name) ? '' : ` (got ${JSON.stringify(env[name])})`
    return `${name} ${IN_WORDS[params.pattern] ?? message}${choices}${got}`
  })
  const found = findFaults(values).filter((fault) => fault !== undefined)
  if (faults.length + found.length > 0) throw new ConfigError([...faults, ...found])
  return values
}

/** What values have to look like, by the pattern of the schema. */
const IN_WORDS: Record<string, string | undefined> = {
  '^https?://': 'must begin with http:// or https://',
  '^https?://[^/?#@\\s]+/?$': 'must be an address such as https://booking.studio.example, without a path',
  '^postgres(ql)?://': 'must begin with postgres:// or postgresql://',
  '^smtps?://': 'must begin with smtp:// or smtps://',
  '^[A-Z]{3}$': 'must be the three capital letters of a currency, such as EUR',
  '^[A-Za-z0-9._~+/=-]+$': 'may have letters, digits and . _ ~ + / = - only',
}

/** Variables whose values must never be printed. */
const SECRET = /SECRET|TOKEN|PASSWORD|DATABASE_URL|SMTP_URL/

/** All faults of a configuration, each a sentence that names the variable. */
export class ConfigError extends Error {
  readonly faults: string[]

  constructor(faults: string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}
