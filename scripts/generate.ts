/** Writes what is generated from the code: openapi/*.json and .env.example. */
await import('./env-example.ts')
await import('./openapi.ts')
