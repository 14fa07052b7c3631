import { type ParseArgsConfig, parseArgs } from 'node:util'
import { ConfigError } from '#shared/config/env.ts'

const FAULTY = 2

/** What a command of ours was given. `--help` prints its usage and ends it; what it does not know is named, and ends it too. */
export function readCommandLine<const T extends ParseArgsConfig>(usage: string, config: T) {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) leave(usage)
  try {
    return parseArgs({ ...config, args })
  } catch (error) {
    const fault = faultOf(error as NodeJS.ErrnoException)
    if (fault === undefined) throw error
    return refuseCommandLine(fault)
  }
}

/** Ends a command that has been asked what it can do. */
export function leave(usage: string): never {
  console.log(usage.trimEnd())
  process.exit(0)
}

/** Ends a command that was given what it can do nothing with. */
export function refuseCommandLine(sentence: string): never {
  console.error(`${sentence} --help says what there is.`)
  process.exit(FAULTY)
}

/** What a command needs before it can do anything. Our own faults are sentences; only others need their stack. */
export async function opened<T>(open: () => Promise<T>): Promise<T> {
  return open().catch((error: Error) => {
    if (!(error instanceof ConfigError) && (error.constructor !== Error || error.cause)) throw error
    console.error(error.message)
    process.exit(1)
  })
}

/** Node's own sentences go on to explain how arguments with a dash in front are given, of which we have none. */
function faultOf({ code, message }: NodeJS.ErrnoException): string | undefined {
  const named = /'(.+?)'/.exec(message)?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no option ${named}.`
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `“${named}” is one word too many.`
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return undefined
  const option = named.replace(/^-\w, /, '').replace(/ .*/, '')
  return message.includes('does not take') ? `${option} takes no value.` : `${option} needs a value.`
}
