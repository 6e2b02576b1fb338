import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { args, executablePath } from './test/chromium.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)
const alias = { '@contract': at('src-preload/contract.ts'), '@': at('src-renderer/src') }

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
          ],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { args, ...(executablePath ? { executablePath } : {}) } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
