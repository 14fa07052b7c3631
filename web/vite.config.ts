import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstPaint } from './first-paint.ts'

const apiPort = Number(process.env.API_PORT || 8000)
const api = `http://localhost:${apiPort}`

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), firstPaint()],
  build: {
    // `testing/web` reads from it what a first visit loads.
    manifest: 'manifest.json',
    emptyOutDir: true,
    // The content security policy allows no data URLs for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(['/api', '/docs', '/openapi.json'].map((path) => [path, api])),
  },
})
