/** Starts both services with demo data, and the web app from its sources with hot reload. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createServer } from 'vite'
import { readCommandLine } from '#shared/process/command-line.ts'

readCommandLine(
  'Usage: npm run dev     both services, and the web app from its sources at http://localhost:5173',
  {},
)
const services = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], { stdio: 'inherit' })
const web = await createServer({
  configFile: join(import.meta.dirname, '../web/vite.config.ts'),
  configLoader: 'native',
})
await web.listen()
web.printUrls()

services.once('exit', async (code) => {
  await web.close()
  process.exit(code ?? 1)
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => services.kill(signal))
