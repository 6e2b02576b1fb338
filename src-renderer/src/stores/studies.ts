/** Studies: searches and tables of many runs, from their specification to their text. Fed by `studies.changed`. */
import type { Study, StudySpec } from '@contract'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef, triggerRef } from 'vue'
import { sentenceOf, useWorkbench } from '../workbench.ts'

export const useStudies = defineStore('studies', () => {
  const wb = useWorkbench()
  const byId = shallowRef(new Map<string, Study>())
  const loaded = ref(false)
  const error = ref<string | null>(null)

  /** Newest first. */
  const all = computed(() => [...byId.value.values()].sort((a, b) => b.createdAt - a.createdAt))

  function put(study: Study): Study {
    byId.value.set(study.id, study)
    triggerRef(byId)
    return study
  }
  async function load(): Promise<void> {
    try {
      const list = await wb.call('studies.list', {})
      byId.value = new Map(list.map((study) => [study.id, study]))
      error.value = null
    } catch (failure) {
      error.value = sentenceOf(failure)
    }
    loaded.value = true
  }
  let first: Promise<void> | null = null
  /** Settles once the list has been asked for, well or not. */
  function ready(): Promise<void> {
    return (first ??= load())
  }

  /** A study changes with every trial's epoch: while an answer is under way, one more question is enough. */
  const asking = new Map<string, { again: boolean }>()
  async function refresh(studyId: string): Promise<void> {
    const under = asking.get(studyId)
    if (under) {
      under.again = true
      return
    }
    const question = { again: false }
    asking.set(studyId, question)
    try {
      do {
        question.again = false
        put(await wb.call('studies.get', { studyId }))
      } while (question.again)
    } catch {
      await load() // it was removed, here or in another window
    } finally {
      asking.delete(studyId)
    }
  }
  onScopeDispose(wb.on('studies.changed', ({ studyId }) => void refresh(studyId)))

  /** @throws Error with a sentence: a leak, an empty split, a value out of range. */
  const create = async (spec: StudySpec): Promise<Study> => put(await wb.call('studies.create', spec))
  /** The runs at work finish; none begins. @throws Error with a sentence. */
  const pause = async (studyId: string): Promise<Study> => put(await wb.call('studies.pause', { studyId }))
  const resume = async (studyId: string): Promise<Study> => put(await wb.call('studies.resume', { studyId }))
  const cancel = async (studyId: string): Promise<Study> => put(await wb.call('studies.cancel', { studyId }))
  /** With its experiments. @throws Error with a sentence. */
  async function remove(studyId: string): Promise<void> {
    await wb.call('studies.remove', { studyId })
    byId.value.delete(studyId)
    triggerRef(byId)
  }
  return { all, byId, loaded, error, ready, load, create, pause, resume, cancel, remove }
})
