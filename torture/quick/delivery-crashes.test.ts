import { describe } from 'node:test'
import { proof as killApi } from '../crashes/kill-api.ts'
import { proof as postgresRestart } from '../database/restart.ts'
import { proof as mailKills } from '../mail/mail-kills.ts'
import { testQuickly } from './test-quickly.ts'

describe('delivery through crashes', { concurrency: true }, () =>
  testQuickly([killApi, postgresRestart, mailKills]),
)
