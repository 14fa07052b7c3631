import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const apiPort = Number(process.env.API_PORT || 8000)
const api = `http://localhost:${apiPort}`

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    // `testing/web` reads from the manifest what a first visit loads.
    manifest: 'manifest.json',
    emptyOutDir: true,
    // A strict policy for scripts and fonts has no room for data URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(['/api', '/docs', '/openapi.json'].map((path) => [path, api])),
  },
})
