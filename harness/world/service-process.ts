import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createService, type Service } from '#harness/processes/services.ts'
import { createDataDir, removeDataDir } from '#harness/processes/stillpoint-process.ts'

/** One service as its users have it, a running process with a port, on a database of its own. */
export type ServiceProcess = Service & { database: TestDatabase }

/** `stop` also drops the database. Throws with what the service wrote when it does not start. */
export async function startService(
  app: 'booking' | 'crm',
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  const [database, port] = [await createTestDatabase(app), await freePort()]
  const dataDir = createDataDir()
  const service = createService({
    name: app,
    entry: `${app}/main.ts`,
    port,
    env: {
      HOST: '127.0.0.1',
      [app === 'booking' ? 'API_PORT' : 'CRM_PORT']: String(port),
      [app === 'booking' ? 'DATABASE_URL' : 'CRM_DATABASE_URL']: database.url,
      DEMO_DATA: 'off',
      // An empty CRM would import the backup that another one has left.
      DATA_DIR: dataDir,
      ...env,
    },
  })
  const stop = async () => {
    const ended = await service.stop()
    await database.drop()
    removeDataDir(dataDir)
    return ended
  }
  try {
    await service.start()
  } catch (error) {
    await stop()
    throw error
  }
  return { ...service, database, stop }
}
