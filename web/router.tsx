import { createRouter } from '@tanstack/react-router'
import { routeTree } from './routes.tsx'
import { PageError } from './shell/page-error.tsx'
import { PagePending } from './shell/page-pending.tsx'

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageError,
  defaultPendingComponent: PagePending,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
