import { describe } from 'node:test'
import { proof as crmDown } from '../delivery/crm-down.ts'
import { proof as crmFaults } from '../delivery/crm-faults.ts'
import { proof as killCrm } from '../delivery/kill-crm.ts'
import { testQuickly } from './test-quickly.ts'

// Mostly waiting for something to be tried again, so they wait together. The long forms: npm run torture.
describe('delivery to the CRM', { concurrency: true }, () => testQuickly([crmDown, crmFaults, killCrm]))
