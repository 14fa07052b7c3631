/** Writes what is generated from the code: openapi/*.json and .env.example. */
import { readCommandLine } from '#shared/process/command-line.ts'

readCommandLine('Usage: npm run generate     writes openapi/*.json and .env.example', {})
await import('./env-example.ts')
await import('./openapi.ts')
