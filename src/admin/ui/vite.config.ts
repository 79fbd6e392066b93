/** How the web app is built: into dist beside the service, which serves it under a strict Content-Security-Policy. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Files that are text lie compressed beside themselves, so that the service does it for no request. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir = '.' }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg)$/.test(each))) {
      const file = path.join(dir, name);
      const content = readFileSync(file);
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      writeFileSync(`${file}.br`, brotliCompressSync(content));
    }
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), compressed],
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
