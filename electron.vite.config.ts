import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { ProxyOptions } from 'vite'
import { buildKernels } from './tools/build-kernels.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)
const alias = { '@contract': at('src-preload/contract.ts'), '@': at('src-renderer/src') }

// a page needs of the whole package what learning/backends loads it for: the gradients
const gradientsAlone = { '@tensorflow/tfjs': '@tensorflow/tfjs-core/dist/register_all_gradients.js' }

// `npm run dev` without Electron: the dev server stands before the browser host, so that the page has one origin
const hostPort = process.env['CROSSREEL_PORT']
const host = `127.0.0.1:${hostPort}`
const proxy: Record<string, ProxyOptions | string> = hostPort
  ? { '/ws': { target: `ws://${host}`, ws: true }, '/upload': `http://${host}` }
  : {}

await buildKernels(import.meta.dirname)

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
        input: { index: at('src-preload/index.ts'), compute: at('src-main/electron/compute-preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    resolve: { alias: { ...alias, ...gradientsAlone } },
    plugins: [vue()],
    // the page's policy allows no font in a data: URL: every asset stays a file
    build: {
      minify: true,
      assetsInlineLimit: 0,
      rolldownOptions: {
        // the workbench's page, and the hidden one that computes
        input: { index: at('src-renderer/index.html'), compute: at('src-renderer/compute.html') },
      },
    },
    server: { host: '127.0.0.1', proxy },
  },
})
