/** The settings of the workspace. */
import type { Context, Requests } from './context.ts'

export function settingsRequests({ workspace }: Context): Requests<'settings'> {
  return {
    'settings.get': () => workspace.settings.get(),
    'settings.set': (changes) => workspace.settings.set(changes),
  }
}
