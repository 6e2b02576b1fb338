// Loads the real out/main/index.js with `electron` answered by the stand-in.
import { registerHooks } from 'node:module'

const url = new URL('./electron.ts', import.meta.url).href
registerHooks({
  resolve: (name, context, next) =>
    name === 'electron' && !context.parentURL?.includes('/node_modules/')
      ? { url, shortCircuit: true }
      : next(name, context),
})
await import(new URL('../../out/main/index.js', import.meta.url).href)
