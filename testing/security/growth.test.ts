import { proof as feeds } from '../../torture/security/feeds.ts'
import { proof as memory } from '../../torture/security/memory.ts'
import { proof as streams } from '../../torture/security/streams.ts'
import { testQuickly } from '../../torture/test-quickly.ts'

// One account that asks for much. The long forms: npm run torture.
testQuickly([memory, feeds, streams])
