import {
  hashKey,
  type MutationScope,
  partialMatchKey,
  type Query,
  type QueryKey,
  useMutation,
} from '@tanstack/react-query'
import { isAnswerLost, noAnswer } from '../api/api-error.ts'
import { queryClient } from '../query-client.ts'

/** Changes that the server has not answered yet, in their order. Each is applied to everything that is read under its key. */
const unanswered = new Set<{ queryKey: QueryKey; change: (known: unknown) => unknown }>()

/** What the server has confirmed, for queries in which an unanswered change is shown. */
const confirmed = new WeakMap<Query, unknown>()

/**
 * Shows a change before the server has answered: in what is known under the key, and in whatever is read until then, which may be
 * older than the change. `change` gets the answer of a query, and has to be idempotent. One of the two functions has to be called.
 */
export function showChange<T>(queryKey: QueryKey, change: (known: T) => T) {
  const queries = () => queryClient.getQueryCache().findAll({ queryKey })
  const entry = { queryKey, change: (known: unknown) => change(known as T) }
  for (const query of queries()) {
    if (query.state.data !== undefined && !confirmed.has(query)) confirmed.set(query, query.state.data)
  }
  unanswered.add(entry)
  guardLeaving()
  queries().forEach(show)
  const end = () => {
    unanswered.delete(entry)
    guardLeaving()
    queries().forEach(show)
  }
  return {
    /** The server has made it. */
    confirm() {
      for (const query of queries()) {
        if (confirmed.has(query)) confirmed.set(query, entry.change(confirmed.get(query)))
      }
      end()
    },
    /** The server has refused it. Other changes stay. */
    takeBack: end,
  }
}

/** A change that waits for those before it is sent by this page only: leaving asks first. */
function guardLeaving(): void {
  if (unanswered.size > 0) globalThis.window?.addEventListener('beforeunload', ask)
  else globalThis.window?.removeEventListener('beforeunload', ask)
}

const ask = (leaving: BeforeUnloadEvent) => leaving.preventDefault()

const unansweredIn = (query: Query) =>
  [...unanswered].filter(({ queryKey }) => partialMatchKey(query.queryKey, queryKey))

function show(query: Query): void {
  if (!confirmed.has(query)) return
  const changes = unansweredIn(query)
  const data = changes.reduce((known, { change }) => change(known), confirmed.get(query))
  if (changes.length === 0) confirmed.delete(query)
  queryClient.setQueryData(query.queryKey, data, { updatedAt: query.state.dataUpdatedAt })
}

queryClient.getQueryCache().subscribe((event) => {
  const isRead = event.type === 'updated' && event.action.type === 'success' && !event.action.manual
  if (!isRead || unansweredIn(event.query).length === 0) return
  confirmed.set(event.query, event.query.state.data)
  show(event.query)
})

type Options<T, V, A> = {
  /** The key of the queries whose answers have the change. */
  shownIn: QueryKey
  /** The answer of such a query with the change. Idempotent. */
  change: (known: T, variables: V) => T
  mutationFn: (variables: V) => Promise<A>
  onSuccess?: (answer: A, variables: V) => void
  /** Where there was no answer, the error says so, after everything was read again. */
  onError: (error: Error, variables: V) => void
  /** Reads again what the change may have touched. Answers as `refresh` does. */
  readAgain: () => Promise<boolean>
  mutationKey?: QueryKey
  networkMode?: 'online'
  /** Changes of one scope are sent one after the other, in their order. That of `shownIn`, if there is none. */
  scope?: MutationScope
}

/** Of changes that are shown under this key. */
export const scopeOf = (shownIn: QueryKey): MutationScope => ({ id: hashKey(shownIn) })

/** A mutation that is shown before the server has answered, and taken back if it refuses. */
export const useOptimisticMutation = <T, V = void, A = unknown>({
  shownIn,
  change,
  onSuccess,
  onError,
  readAgain,
  ...options
}: Options<T, V, A>) =>
  useMutation({
    scope: scopeOf(shownIn),
    ...options,
    onMutate: (variables: V) => showChange<T>(shownIn, (known) => change(known, variables)),
    // What is read again is not waited for: the next change of the scope is sent meanwhile.
    onSuccess(answer, variables, shown) {
      shown.confirm()
      onSuccess?.(answer, variables)
      void readAgain()
    },
    onError(error, variables, shown) {
      void withOutcome(error, readAgain).then((outcome) => {
        shown?.takeBack()
        onError(outcome, variables)
        if (outcome === error) void readAgain()
      })
    },
  })

/** The error that the reader is told: where the answer was lost, that there was none, once it is read how it is now. */
export const withOutcome = async <E>(error: E, readAgain: () => Promise<boolean>): Promise<E | Error> =>
  isAnswerLost(error) ? noAnswer(await readAgain()) : error
