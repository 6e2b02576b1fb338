/**
 * The reader's desk: takes questions, answers each once. Quick ones are answered as they come, also between the pieces of a long one (a split);
 * long ones wait for each other. A newer question of a lane ends the older: its asker is told at once that it was overtaken, and its work stops
 * at the next turn.
 */
import * as v from 'valibot'
import { previewCleaning } from '../datasets/cleaning/preview.ts'
import { readDomainLists } from '../datasets/domains/domain-lists.ts'
import { domainPresets, suggestDomains } from '../datasets/domains/domain-presets.ts'
import type { Prepared } from '../datasets/splitting/prepare.ts'
import { inTurns } from '../datasets/steps.ts'
import { describeUser, newestFirst, placeOf, placesByPrefix } from '../datasets/browsing/users.ts'
import { Pacer } from '../learning/pacer.ts'
import type { WorkspacePaths } from '../workspace/paths.ts'
import { issueText } from '../workspace/schemas.ts'
import { VectorFile, vectorFiles } from '../workspace/vector-file.ts'
import { failureSentence, isProgramError } from './failure.ts'
import type { Ask, Reply } from './messages.ts'
import { isQuestion, type QuestionName, questionSchemas, type Questions } from './reader-questions.ts'
import { Shelf } from './reader-shelf.ts'
import { Warming } from './reader-warming.ts'
import { findUsers, inspectUser, userTable, type UserTable } from './reader-users.ts'

interface Open {
  id: number
  lane: string | null
  datasetId: string | null
  end: AbortController
}

type Answering = {
  [N in QuestionName]: (
    argument: Questions[N]['argument'],
    signal: AbortSignal,
  ) => Questions[N]['answer'] | Promise<Questions[N]['answer']>
}

/** Milliseconds of long work before a quick question gets its turn. */
const turnMs = 20

export class Desk {
  readonly #shelf: Shelf
  readonly #warming: Warming
  readonly #reply: (reply: Reply) => void
  readonly #open = new Set<Open>()
  readonly #answering: Answering

  constructor(paths: WorkspacePaths, reply: (reply: Reply) => void) {
    this.#shelf = new Shelf(paths)
    this.#reply = reply
    this.#warming = new Warming(this.#shelf)
    this.#answering = answering(paths, this.#shelf, this.#warming, (datasetId) => this.#drop(datasetId))
  }

  ask({ id, question, argument, lane }: Ask): void {
    if (lane !== null)
      this.#end((open) => open.lane === lane, true, 'A newer question came before this one was answered.')
    const open: Open = { id, lane, datasetId: null, end: new AbortController() }
    this.#open.add(open)
    this.#answer(open, question, argument).then(
      (answer) => this.#settle(open, { type: 'answer', id, answer }),
      (error: unknown) => {
        if (isProgramError(error)) console.error(error)
        this.#settle(open, {
          type: 'unanswered',
          id,
          overtaken: false,
          reason: failureSentence(error, 'Reading the data set'),
        })
      },
    )
  }

  close(): void {
    this.#end(() => true, false, 'The reader was closed.')
    this.#warming.end()
    this.#shelf.close()
  }

  async #answer(open: Open, question: string, argument: unknown): Promise<unknown> {
    if (!isQuestion(question)) throw new Error(`The reader knows no question '${question}'.`)
    return this.#answerTo(question, argument, open)
  }

  #answerTo<N extends QuestionName>(
    question: N,
    argument: unknown,
    open: Open,
  ): Questions[N]['answer'] | Promise<Questions[N]['answer']> {
    const parsed = v.safeParse(questionSchemas[question], argument)
    if (!parsed.success) throw new Error(`The question ${question} cannot be read: ${issueText(parsed.issues)}.`)
    if (question !== 'forget') open.datasetId = datasetOf(parsed.output)
    return this.#answering[question](parsed.output, open.end.signal)
  }

  /** Ends what is asked about a data set, and closes its files. */
  #drop(datasetId: string): void {
    this.#end((open) => open.datasetId === datasetId, false, 'The data set has just changed. Ask again.')
    this.#warming.end(datasetId)
    this.#shelf.forget(datasetId)
  }

  #end(which: (open: Open) => boolean, overtaken: boolean, reason: string): void {
    for (const open of [...this.#open].filter(which)) {
      this.#settle(open, { type: 'unanswered', id: open.id, overtaken, reason })
      open.end.abort()
    }
  }

  #settle(open: Open, reply: Reply): void {
    if (this.#open.delete(open)) this.#reply(reply)
  }
}

function datasetOf(argument: Questions[QuestionName]['argument']): string {
  return 'split' in argument ? argument.split.datasetId : argument.datasetId
}

function answering(
  paths: WorkspacePaths,
  shelf: Shelf,
  warming: Warming,
  drop: (datasetId: string) => void,
): Answering {
  const tables = new WeakMap<Prepared, UserTable>()
  const pacer = (signal: AbortSignal): Pacer => new Pacer(signal, turnMs)
  return {
    'datasets.report': ({ datasetId }) => {
      const { dataset, posters, plots } = shelf.open(datasetId)
      const report = dataset.report()
      const vectors = vectorFiles(paths, datasetId).flatMap((path) => VectorFile.open(path).findings())
      const media = [...(posters?.findings() ?? []), ...(plots?.findings() ?? []), ...vectors]
      return { ...report, findings: [...report.findings, ...media] }
    },
    'datasets.facts': ({ datasetId }) => {
      const facts = shelf.facts(datasetId)
      warming.begin(datasetId)
      return facts
    },
    'datasets.users': ({ datasetId, search, sort, offset, limit }) => {
      const { dataset } = shelf.open(datasetId)
      const found = placesByPrefix(dataset.users, search.trim())
      const ordered = sort === 'id' ? found : among(shelf.usersByRatings(datasetId), found)
      const page = ordered.subarray(offset, offset + limit)
      return {
        total: found.length,
        users: Array.from(page, (u) => describeUser(dataset.users[u]!, dataset.userRatings(u))),
      }
    },
    'datasets.history': ({ datasetId, user, offset, limit }) => {
      const { dataset } = shelf.open(datasetId)
      const place = placeOf(dataset.users, user)
      if (place === -1) throw new Error(`The data set has no user ${user}. Search for another one.`)
      const own = dataset.userRatings(place)
      const page = newestFirst(own.time).subarray(offset, offset + limit)
      return {
        ...describeUser(user, own),
        entries: Array.from(page, (r) => ({
          movie: shelf.movie(datasetId, own.item[r]!),
          rating: own.rating2[r]! / 2,
          ratedAt: own.time[r]! * 1000,
        })),
      }
    },
    'datasets.movies': ({ datasetId, search, offset, limit }) => {
      const { total, movies } = shelf.open(datasetId).dataset.searchMovies(search, offset, limit)
      return { total, movies: movies.map((movie) => shelf.withMedia(datasetId, movie)) }
    },
    'datasets.cleanPreview': ({ datasetId, recipe }, signal) => {
      const turns = pacer(signal)
      return shelf.oneByOne(datasetId, turns, () => previewCleaning(shelf.open(datasetId).dataset, recipe, turns))
    },
    'domains.suggest': ({ datasetId }) => suggestDomains(shelf.open(datasetId).dataset.movies()),
    'domains.presets': ({ datasetId }) => domainPresets(shelf.open(datasetId).dataset.movies()),
    'domains.preview': ({ datasetId, domains }, signal) => shelf.domainSummary(datasetId, domains, pacer(signal)),
    'domains.readLists': ({ datasetId, path, name }) =>
      readDomainLists(path, shelf.open(datasetId).dataset.movies().movieId, name),
    'split.preview': async (question, signal) => (await shelf.split(question, pacer(signal))).summary,
    'split.check': async (question, signal) => {
      const { data, summary } = await shelf.checkedSplit(question, pacer(signal))
      return { summary, users: data.users, items: data.items, events: data.train.item.length }
    },
    'split.users': async ({ split, search, order, limit }, signal) => {
      const turns = pacer(signal)
      const prepared = await shelf.split(split, turns)
      const table = tables.get(prepared) ?? (await inTurns(userTable(prepared), turns))
      tables.set(prepared, table)
      return findUsers(table, search.trim(), order, limit)
    },
    'split.user': async ({ split, runs, user, k }, signal) => {
      const prepared = await shelf.split(split, pacer(signal))
      const movie = (index: number): ReturnType<Shelf['movie']> => shelf.movie(split.datasetId, index)
      return inspectUser(prepared, { user, runs, k, movie, results: (runId) => paths.metrics(runId) })
    },
    forget: ({ datasetId }) => {
      drop(datasetId)
      return null
    },
  }
}

/** The places of `found` in the order of `all`. @param found ascending */
function among(all: Uint32Array, found: Uint32Array): Uint32Array {
  if (found.length === all.length) return all
  const wanted = new Uint8Array(all.length)
  for (const place of found) wanted[place] = 1
  return all.filter((place) => wanted[place] === 1)
}
