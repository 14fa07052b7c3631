import { proof as feeds } from '../security/feeds.ts'
import { proof as memory } from '../security/memory.ts'
import { proof as streams } from '../security/streams.ts'
import { testQuickly } from './test-quickly.ts'

// One account that asks for much. The long forms: npm run torture.
testQuickly([memory, feeds, streams])
