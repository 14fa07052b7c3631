/**
 * Ends with 1 and says why when the two services cannot be started with these settings. A process of its own: what reads
 * them would cost the launcher 30 MB for as long as it runs.
 */
import { ConfigError, processEnv } from '#shared/config/env.ts'
import { findFaults, findTaken } from './launcher/setting-faults.ts'

const env = processEnv()
const faults = findFaults(env)
const sentences = faults.length > 0 ? [new ConfigError(faults).message] : await findTaken(env)
if (sentences.length > 0) console.error(sentences.join('\n'))
process.exit(sentences.length > 0 ? 1 : 0)
