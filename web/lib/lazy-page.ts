import { lazyRouteComponent } from '@tanstack/react-router'
import { loadCode } from './load-code.ts'

/**
 * A page whose code is loaded when it is needed. The router reloads the document when code is missing, which without a
 * connection would leave the browser's own error page: then this fails with an `ApiError` instead.
 */
export const lazyPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(() => loadCode(load), name)
