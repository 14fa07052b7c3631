import { existsSync } from 'node:fs'
import type { Static, TObject, TSchema } from 'typebox'
import { Errors } from 'typebox/value'

/** Environment variables by name; `process.env` has this shape. */
export type Env = Record<string, string | undefined>

/** The process environment, completed from a `.env` file in the working directory when there is one. */
export function processEnv(): Env {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/**
 * Reads the variables that `schema` names. An empty variable counts as unset, numbers are converted,
 * defaults filled in. Throws one `ConfigError` that lists every fault.
 */
export function readEnv<T extends TObject>(schema: T, env: Env): Static<T> {
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    values[name] = readVariable(property, env[name])
  }
  const faults = Errors(schema, values).map(({ instancePath, message }) => {
    const name = instancePath.slice(1)
    return `${name || 'environment'} ${message}${name in values ? ` (got ${JSON.stringify(env[name])})` : ''}`
  })
  if (faults.length > 0) throw new ConfigError(faults)
  return values as Static<T>
}

/** Every fault of a configuration at once, in sentences that name the variable. */
export class ConfigError extends Error {
  constructor(faults: string[]) {
    super(
      `The configuration cannot be used:\n${[...new Set(faults)].map((fault) => `  - ${fault}`).join('\n')}`,
    )
    this.name = 'ConfigError'
  }
}

function readVariable(property: TSchema, text: string | undefined): unknown {
  if (text === undefined || text.trim() === '') return (property as { default?: unknown }).default
  const { type } = property as { type?: string }
  if (type === 'integer' || type === 'number') return Number(text)
  return text.trim()
}
