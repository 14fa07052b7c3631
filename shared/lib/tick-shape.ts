import { executionAsyncResource } from 'node:async_hooks'

/**
 * Keeps `process.nextTick` fast for the life of the process: 0.1 µs a tick, of which an event page takes eight.
 *
 * When V8 collects garbage thoroughly, as it does for whoever is idle, it forgets the shape of objects of which none is
 * left. Node describes a tick with computed keys; code for these that has met two shapes, as it does when the forgotten
 * one is made anew, is never fast again: 0.4 µs. One tick that is never let go of keeps their shape (0041).
 */
export function keepTickShape(): void {
  process.nextTick(() => kept.push(executionAsyncResource()))
}

const kept: object[] = []
