import { proof as moveData } from '../database/move.ts'
import { testQuickly } from './test-quickly.ts'

// With real processes and two clusters. The long form: npm run torture -- move-data.
testQuickly([moveData])
