/**
 * The messages on the one ordered channel between a page and the workbench, and how either end reads them. A MessagePort carries them
 * as they are, a WebSocket as JSON. Replies and events share the channel, so that an event never overtakes the reply that came first.
 */
import type { Events } from './contract.ts'

/** Page to workbench. `drop` is sent by the preload alone: the page has no way to make one. */
export type FromPage = { id: number; name: string; argument: unknown } | { id: number; drop: string }
/** Workbench to page. */
export type ToPage =
  { id: number; result: unknown } | { id: number; error: string } | { event: string; payload: unknown }

/** One open connection, whatever carries it. */
export interface Channel {
  send(message: unknown): void
}

/** A row for each event of the contract: an event that is not here is ignored. */
const eventNames: Record<keyof Events, true> = {
  'job.changed': true,
  'datasets.changed': true,
  'experiments.changed': true,
  'studies.changed': true,
  'run.changed': true,
  'run.points': true,
}

export function isEventName(name: string): name is keyof Events {
  return Object.hasOwn(eventNames, name)
}

function record(message: unknown): Record<string, unknown> | null {
  return typeof message === 'object' && message !== null && !Array.isArray(message)
    ? (message as Record<string, unknown>)
    : null
}

/** A call or a drop, or null where the message is neither. The argument stays unknown: the workbench parses it by the call's schema. */
export function readFromPage(message: unknown): FromPage | null {
  const m = record(message)
  if (!m || typeof m['id'] !== 'number' || !Number.isSafeInteger(m['id'])) return null
  if (typeof m['drop'] === 'string') return { id: m['id'], drop: m['drop'] }
  return typeof m['name'] === 'string' ? { id: m['id'], name: m['name'], argument: m['argument'] } : null
}

/** A reply or an event, or null where the message is neither. */
export function readToPage(message: unknown): ToPage | null {
  const m = record(message)
  if (!m) return null
  if (typeof m['event'] === 'string') return { event: m['event'], payload: m['payload'] }
  if (typeof m['id'] !== 'number') return null
  return typeof m['error'] === 'string' ? { id: m['id'], error: m['error'] } : { id: m['id'], result: m['result'] }
}
