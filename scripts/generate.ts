/** Writes what is generated from the code: openapi/*.json, schema.sql of both services and .env.example. */
import { readCommandLine } from '#shared/process/command-line.ts'

readCommandLine(
  'Usage: npm run generate     writes openapi/*.json, {booking,crm}/schema.sql and .env.example',
  {},
)
await import('./env-example.ts')
await import('./schema.ts')
await import('./openapi.ts')
