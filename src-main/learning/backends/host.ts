/** The machine as seen from here. Modules of Node are asked for at run time, so that the same code loads in a page, which has none. */

type Builtin = NodeJS.Process['getBuiltinModule']

/** Node or Electron's Node; null in a page. */
export const host: NodeJS.Process | null = typeof globalThis.process?.getBuiltinModule === 'function' ? process : null

/** @throws Error in a page */
export const builtin: Builtin = ((name: string) => {
  if (!host) throw new Error(`There is no ${name} in a page.`)
  return host.getBuiltinModule(name)
}) as Builtin // the same names and types

/** Bytes of main memory; null in a page. */
export function hostMemory(): number | null {
  return host ? builtin('node:os').totalmem() : null
}

/** Whether this is a process of Electron's, whose V8 refuses memory that others have made. */
export function inElectron(): boolean {
  return host?.versions['electron'] !== undefined
}
