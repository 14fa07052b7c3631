import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstPaint } from './first-paint.ts'
import { fontSubsets } from './font-subsets.ts'

const apiPort = Number(process.env.API_PORT || 8000)
const api = `http://localhost:${apiPort}`

/**
 * What pages share, in few chunks: left alone it comes in dozens of a few hundred bytes, each of which has a head of its own and waits
 * for the others. A group is loaded by every page that needs a part of it (`npm run bench:page`).
 */
const CHUNKS = [
  { name: 'main', tags: ['$initial' as const], priority: 2 },
  {
    name: 'events',
    test: /web\/(features\/events\/(agenda|cards|seats|use-live)|lib\/time)|event-stream|horizon|use-price|whole-card|use-uncontrolled|use-id/,
    minShareCount: 3,
    priority: 1,
  },
  {
    name: 'seats',
    test: /web\/features\/(bookings|notices)|useMutation|with-links|contact-links/,
    minShareCount: 2,
  },
  {
    name: 'fields',
    test: /components\/(Input|InputBase|TextInput)|web\/(features\/auth|lib\/forms)|form-error|counted/,
    minShareCount: 3,
  },
]

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), fontSubsets(), firstPaint()],
  build: {
    // `testing/web` reads from it what a first visit loads.
    manifest: 'manifest.json',
    emptyOutDir: true,
    // The content security policy allows no data URLs for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // What is loaded on demand asks for what it needs by itself: browsers do not ask again for a file that failed, and only the first
      // can be asked for at another address (`load-code.ts`).
      resolveDependencies: (file, needed, { hostType }) =>
        hostType === 'html' || /-page-/.test(file) ? needed : [],
    },
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(['/api', '/docs', '/openapi.json'].map((path) => [path, api])),
  },
})
