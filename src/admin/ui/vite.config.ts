/** How the web app is built: into dist beside the service, which serves it under a strict Content-Security-Policy. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir:
      process.env.MAILGRANT_UI_OUT ?? fileURLToPath(new URL('../../../dist/src/admin/ui', import.meta.url)),
    emptyOutDir: true,
    // The policy allows no data: fonts or scripts; what is small stays a file all the same.
    assetsInlineLimit: 0,
    assetsDir: 'app',
    target: 'es2023',
    modulePreload: { polyfill: false },
  },
});
