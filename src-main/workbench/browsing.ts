/** Looking into a data set: its facts, its users, one user's history, its movies. All of it is read by the reader. */
import type { Context, Handlers } from './context.ts'

type Served = `datasets.${'facts' | 'users' | 'history' | 'movies'}`

export function browsingRequests({ workspace, reader }: Context): Pick<Handlers, Served> {
  /** @throws Error when it is not on the list: its file may still be there */
  const listed = <A extends { datasetId: string }>(argument: A): A => {
    workspace.datasets.get(argument.datasetId)
    return argument
  }
  return {
    'datasets.facts': async (p) => reader.ask('datasets.facts', listed(p)),
    'datasets.users': async (p) => reader.ask('datasets.users', listed(p)),
    'datasets.history': async (p) => reader.ask('datasets.history', listed(p)),
    'datasets.movies': async (p) => reader.ask('datasets.movies', listed(p)),
  }
}
