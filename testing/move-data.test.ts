import { proof as moveData } from '../torture/database/move.ts'
import { testQuickly } from '../torture/test-quickly.ts'

// With real processes and two clusters. The long form: npm run torture -- move-data.
testQuickly([moveData])
