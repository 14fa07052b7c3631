import { type Options, request } from './api-client.ts'
import type { Operations } from './contract.ts'

/** The names of the parameters in a path template: `id` of `/api/events/{id}`. */
type ParamsOf<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamsOf<Rest>
  : never

/** What an operation needs, by its template. */
export type Target<Template extends string> = Pick<Options, 'signal'> & { query?: string } & ([
    ParamsOf<Template>,
  ] extends [never]
    ? unknown
    : { params: Record<ParamsOf<Template>, string | number> })

type Input<O extends keyof Operations> = Target<O> &
  Pick<Options, 'headers'> &
  (Operations[O] extends { body: infer Body } ? { body: Body } : unknown)

type AnyInput = Omit<Options, 'method'> & { query?: string; params?: Record<string, string | number> }

/**
 * Calls an operation of the API and returns the JSON of its answer, which is trusted to be as the contract says: both come
 * from one release. Throws `ApiError` for every answer that is not a success.
 */
export function call<O extends keyof Operations>(
  operation: O,
  ...input: Record<never, never> extends Input<O> ? [Input<O>?] : [Input<O>]
): Promise<Operations[O]['answer']>
export function call(operation: string, { params, query, ...options }: AnyInput = {}): Promise<unknown> {
  const { method, path } = locate(operation, { params, query })
  return request(path, { ...options, method })
}

/** The method and the address of an operation. Values of parameters are encoded. */
export function locate(operation: string, { params = {}, query }: Pick<AnyInput, 'params' | 'query'>) {
  const [method = '', template = ''] = operation.split(' ')
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''))
  return { method, path: query ? `${path}?${query}` : path }
}
