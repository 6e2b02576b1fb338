/**
 * Long pure work in pieces: a generator that stops now and then, so that whoever drives it may do something else in between, or give it up.
 * The work itself knows nothing of event loops.
 */
import type { Turns } from '../workspace/staged-database.ts'

export type Steps<T> = Generator<void, T, void>

/** All of it now. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** With a turn between the pieces. @throws what a turn throws, which ends the work */
export async function inTurns<T>(steps: Steps<T>, turns: Turns): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await turns.turn()
  }
}

/** How many users a piece takes: at 150 ratings each, about ten milliseconds of the slowest work. */
const usersPerStep = 512

/** Calls `work` with ranges [from, to) that cover [0, users). */
export function* overUsers(users: number, work: (from: number, to: number) => void): Steps<void> {
  for (let from = 0; from < users; from += usersPerStep) {
    work(from, Math.min(users, from + usersPerStep))
    yield
  }
}
