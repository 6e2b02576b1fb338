import { expect, onTestFinished, test } from 'vitest'
import type { StudySpec } from '../../../src-preload/contract.ts'
import { configHash } from '../../../src-main/workbench/model-config.ts'
import { Workspace } from '../../../src-main/workspace/workspace.ts'
import { card, datasetId, experimentId, fill, runIds, spec } from './examples.ts'
import { temporaryFolder } from './temporary.ts'

function open(root = temporaryFolder()): Workspace {
  const workspace = Workspace.open(root)
  onTestFinished(() => workspace.close())
  return workspace
}

const studyId = 'st-00000000000000d1'
const study: StudySpec = {
  name: 'Table 1',
  kind: 'table1',
  datasetId,
  domains: spec.domains,
  protocol: spec.protocol,
  runs: spec.runs,
  seeds: [1],
  backend: 'auto',
  tuning: { method: 'tpe', trials: 4, minutes: 0, medianStopping: true, seed: 1 },
  densities: [1],
}
const stored = { id: studyId, spec: study, createdAt: 20, state: 'running', reason: null } as const

test('a study is kept with the parts it has made, and is interrupted when the workspace is opened again', () => {
  const root = temporaryFolder()
  const first = Workspace.open(root)
  fill(first)
  first.studies.insert(stored)
  const part = { id: 'ex-00000000000000b2', spec, card, createdAt: 30, studyId }
  first.experiments.insert(part, 'tuning')
  first.runs.insert(
    {
      id: 'run-00000000000000c9',
      experimentId: part.id,
      model: 'ease',
      label: 'T',
      config: {},
      seed: 1,
      createdAt: 30,
    },
    10_001,
  )
  expect(first.experiments.ofStudy(studyId)).toEqual([{ part: 'tuning', experiment: part }])
  expect(first.runs.placed(part.id)).toMatchObject([{ position: 10_001, stopped: null, run: { label: 'T' } }])
  expect(first.studies.stateOfRun('run-00000000000000c9')).toBe('running')
  expect(first.studies.stateOfRun(runIds[0])).toBe(null)
  first.close()

  const again = open(root)
  expect(again.studies.list()).toEqual([
    { ...stored, state: 'interrupted', reason: 'Crossreel ended before this study did. Resume goes on where it was.' },
  ])
  again.studies.setState(studyId, 'paused', 'Paused.')
  expect(again.studies.get(studyId)).toMatchObject({ state: 'paused', reason: 'Paused.' })
  again.studies.remove(studyId)
  expect(again.studies.find(studyId)).toBe(null)
  expect(() => again.studies.get(studyId)).toThrow(`There is no study ${studyId}`)
  expect(again.experiments.get(part.id).studyId).toBe(null) // its experiments stay
})

test('an experiment of a study that is not here belongs to none', () => {
  const workspace = open()
  fill(workspace)
  workspace.experiments.insert({ id: 'ex-00000000000000b3', spec, card, createdAt: 30, studyId }, 'density 1')
  expect(workspace.experiments.get('ex-00000000000000b3').studyId).toBe(null)
})

test('looks at a test part are counted by protocol, and outlive the experiment', () => {
  const workspace = open()
  fill(workspace)
  const look = (at: number, seed: number, config: string, model = 'ease') => ({
    ...{ at, card: card.hash, experimentId, experiment: 'First', runId: runIds[0], label: 'EASE' },
    ...{ model, seed, configHash: config },
  })
  workspace.looks.insert(look(1, 1, 'x'))
  workspace.looks.insert(look(2, 2, 'x'))
  workspace.looks.insert(look(3, 1, 'y'))
  workspace.looks.insert(look(4, 1, 'y', 'ials'))
  workspace.looks.insert({ ...look(5, 1, 'z'), card: 'another' })
  expect(workspace.looks.count(card.hash)).toEqual({ runs: 4, configurations: 3 })
  expect(workspace.looks.count('none')).toEqual({ runs: 0, configurations: 0 })
  expect(workspace.looks.ofCard(card.hash).map(({ at, experimentId: id }) => [at, id])).toEqual(
    [4, 3, 2, 1].map((at) => [at, experimentId]),
  )
  workspace.experiments.remove(experimentId)
  expect(workspace.looks.ofCard(card.hash)[3]).toEqual({
    ...{ at: 1, experiment: 'First', experimentId: null, label: 'EASE', model: 'ease', seed: 1, configHash: 'x' },
  })
})

test('a configuration has one hash, in whatever order its values stand', () => {
  expect(configHash('ease', { a: 1, b: 'x' })).toBe(configHash('ease', { b: 'x', a: 1 }))
  const hashes = [
    configHash('ease', { a: 1, b: 'x' }),
    configHash('ials', { a: 1, b: 'x' }),
    configHash('ease', { a: 1, b: 'y' }),
    configHash('ease', { a: '1', b: 'x' }),
    configHash('ease', { a: 1 }),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
})
