import { defineConfig } from '@playwright/test'
import { args, executablePath } from './test/chromium.ts'

export default defineConfig({
  testDir: 'test',
  outputDir: 'test-results',
  workers: 1,
  reporter: [['list']],
  timeout: 120_000,
  projects: [
    {
      name: 'browser',
      testMatch: 'e2e/**/*.spec.ts',
      use: {
        browserName: 'chromium',
        headless: true,
        viewport: { width: 1280, height: 800 },
        launchOptions: { args, ...(executablePath ? { executablePath } : {}) },
      },
    },
    { name: 'electron', testMatch: 'electron/**/*.spec.ts' },
  ],
})
