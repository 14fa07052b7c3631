import { type ParseArgsConfig, parseArgs } from 'node:util'
import { ConfigError } from '#shared/config/env.ts'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'

const FAULTY = 2

/** Parses the command line. `--help` prints `usage` and exits with 0; an unknown or invalid argument is named and exits with 2. */
export function readCommandLine<const T extends ParseArgsConfig>(usage: string, config: T) {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) leave(usage)
  try {
    return parseArgs({ ...config, args })
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined) throw error
    return refuseCommandLine(fault)
  }
}

/** Prints the usage and exits with 0. */
export function leave(usage: string): never {
  console.log(usage.trimEnd())
  process.exit(0)
}

/** Prints why the arguments are refused and exits with 2. */
export function refuseCommandLine(sentence: string): never {
  console.error(`${sentence} --help says what there is.`)
  process.exit(FAULTY)
}

/** The result of `open`. An expected fault (a plain `Error`, a `ConfigError`) prints its message and exits with 1; others are thrown. */
export async function opened<T>(open: () => Promise<T>): Promise<T> {
  return open().catch((error: Error) => {
    if (!(error instanceof ConfigError) && (error.constructor !== Error || error.cause)) throw error
    console.error(error.message)
    process.exit(1)
  })
}

/** Shorter than Node's messages, which also explain arguments that begin with a dash. */
function faultOf(error: unknown): string | undefined {
  const [code, message] = [codeOf(error), messageOf(error)]
  const named = /'(.+?)'/.exec(message)?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no option ${named}.`
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `“${named}” is one word too many.`
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return undefined
  const option = named.replace(/^-\w, /, '').replace(/ .*/, '')
  return message.includes('does not take') ? `${option} takes no value.` : `${option} needs a value.`
}
