import { buildApp } from '#booking/app.ts'
import { loadConfig } from '#booking/config.ts'
import type { Deps } from '#booking/deps.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import { openDeps } from '#booking/open-deps.ts'
import { startWorker } from '#booking/worker.ts'
import { runService } from '#shared/process/run-service.ts'

/**
 * The Main API that looks for the account as soon as somebody has forgotten a password, and owes the mail before it answers. Its
 * answers are equal to the letter; a proof that their times tell nothing has to find them out.
 */
await runService({
  name: 'telling',
  loadConfig,
  async start(config, log) {
    const { deps, close } = await openDeps(config, log)
    const telling = { ...deps, identity: { ...deps.identity, attempts: oweAtOnce(deps) } }
    const app = await buildApp(telling)
    await app.listen({ host: config.host, port: config.port })
    const worker = startWorker(telling)
    return {
      async stop() {
        await app.close()
        await worker.stop()
        await close()
      },
    }
  },
})

function oweAtOnce({ db, clock, identity }: Deps): Deps['identity']['attempts'] {
  return {
    ...identity.attempts,
    async mail(ip, account) {
      await identity.attempts.mail(ip, account)
      const user = await userStore.findByEmail(db, String(account))
      if (!user?.is_active) return
      const reason = `password-reset:at-once:${user.id}`
      await mailStore.owe(db, [{ reason, kind: 'password-reset', user_id: user.id }], clock.now())
    },
  }
}
