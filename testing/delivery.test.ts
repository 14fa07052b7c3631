import { describe } from 'node:test'
import { proof as crmDown } from '../torture/delivery/crm-down.ts'
import { proof as crmFaults } from '../torture/delivery/crm-faults.ts'
import { proof as killCrm } from '../torture/delivery/kill-crm.ts'
import { testQuickly } from '../torture/test-quickly.ts'

// Mostly waiting for something to be tried again, so they wait together. The long forms: npm run torture.
describe('delivery to the CRM', { concurrency: true }, () => testQuickly([crmDown, crmFaults, killCrm]))
