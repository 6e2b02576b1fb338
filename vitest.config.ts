import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { args, executablePath, webgpuArgs } from './test/chromium.ts'
import { buildKernels } from './tools/build-kernels.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)
const alias = { '@contract': at('src-preload/contract.ts'), '@': at('src-renderer/src') }

await buildKernels(import.meta.dirname)

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          testTimeout: 60_000,
          include: ['test/{unit,golden,integration,security}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        plugins: [vue()],
        // as the page is built: electron.vite.config.ts
        resolve: { alias: { '@tensorflow/tfjs': '@tensorflow/tfjs-core/dist/register_all_gradients.js' } },
        // all at once: a package found while the tests run would make Vite reload the page under them
        optimizeDeps: {
          include: [
            'vue',
            'pinia',
            'vue-router',
            'reka-ui',
            '@lucide/vue',
            '@tanstack/vue-virtual',
            'echarts/core',
            'echarts/charts',
            'echarts/components',
            'echarts/renderers',
            'vitest-browser-vue',
            'fast-check',
            'valibot',
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/register_all_gradients.js',
            '@tensorflow/tfjs-backend-cpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-webgpu',
          ],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: [...args, ...webgpuArgs], ...(executablePath ? { executablePath } : {}) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
