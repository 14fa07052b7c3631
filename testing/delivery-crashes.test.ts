import { describe } from 'node:test'
import { proof as killApi } from '../torture/crashes/kill-api.ts'
import { proof as postgresRestart } from '../torture/database/restart.ts'
import { testQuickly } from '../torture/test-quickly.ts'

describe('delivery through crashes', { concurrency: true }, () => testQuickly([killApi, postgresRestart]))
