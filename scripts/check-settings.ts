/**
 * Prints why the two services cannot be started with these settings, and exits with 1. A process of its own, because the schema
 * library would cost the launcher 30 MB as long as it runs.
 */
import { ConfigError, processEnv } from '#shared/config/env.ts'
import { findFaults, findTaken, findUnknown } from './launcher/setting-faults.ts'

const env = processEnv()
const faults = findFaults(env)
const unknown = findUnknown()
if (unknown.length > 0)
  console.warn(
    `Warning: .env has unknown settings, which are ignored: ${unknown.join(', ')}. All settings are listed in .env.example.`,
  )
const sentences = faults.length > 0 ? [new ConfigError(faults).message] : await findTaken(env)
if (sentences.length > 0) console.error(sentences.join('\n'))
process.exit(sentences.length > 0 ? 1 : 0)
