/** Both services with demo data, and the web app from its sources: what is edited is on the screen at once. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createServer } from 'vite'

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
