import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)
const alias = { '@contract': at('src-preload/contract.ts'), '@': at('src-renderer/src') }

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      sourcemap: true,
      // one bundle a process: the desktop shell, the browser host, the headless shell, and the job
      rolldownOptions: {
        input: {
          index: at('src-main/electron/index.ts'),
          host: at('src-main/host/index.ts'),
          cli: at('src-main/cli/index.ts'),
          job: at('src-main/jobs/job.ts'),
        },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      // a sandboxed preload must be one CommonJS file with everything inlined
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src-preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    resolve: { alias },
    plugins: [vue()],
    build: { minify: true, rolldownOptions: { input: { index: at('src-renderer/index.html') } } },
    server: { host: '127.0.0.1' },
  },
})
