/** Who of two data sets is one person: by a table of links, or by equal ids. Pure. */
import type { Findings } from '../importing/findings.ts'
import { absent, IdIndex } from '../importing/id-index.ts'
import type { LinkTable } from './link-table.ts'
import { CombineError } from './combine-error.ts'
import { shiftAbove } from './shift.ts'

export interface CombinedUsers {
  /** [users] ids, ascending: those of the first data set, and those that users of the second alone have now */
  ids: Uint32Array
  /** [users] index in the first and in the second data set; `absent` for one who is not in it */
  inFirst: Uint32Array
  inSecond: Uint32Array
  /** [users of the first], [users of the second] index in `ids` */
  first: Uint32Array
  second: Uint32Array
  /** Users of both. */
  shared: number
  /** Added to the ids of unlinked users of the second; 0 where equal ids are one person. */
  shift: number
}

/**
 * @param links null: equal ids are one person, and no id changes
 * @throws CombineError when the table links nobody, or the ids leave no room
 */
export function combineUsers(
  first: Uint32Array,
  second: Uint32Array,
  links: LinkTable | null,
  names: [string, string],
  findings: Findings,
): CombinedUsers {
  const partner = links ? partners(first, second, links, names, findings) : null
  const alone = partner ? second.filter((_, u) => partner[u] === absent) : new Uint32Array()
  const shift = alone.length > 0 ? shiftAbove(first, alone, 'user') : 0
  const newIds = second.map((id, u) => {
    if (!partner) return id
    return partner[u] === absent ? id + shift : first[partner[u]!]!
  })
  for (const id of alone)
    findings.add(names[1], `user without a link: id plus ${shift}`, 'repaired', 0, `user ${id} is now ${id + shift}`)

  const ids = Uint32Array.from(new Set([...first, ...newIds])).sort()
  const index = new IdIndex(ids)
  const result: CombinedUsers = {
    ids,
    inFirst: new Uint32Array(ids.length).fill(absent),
    inSecond: new Uint32Array(ids.length).fill(absent),
    first: first.map((id) => index.get(id)),
    second: newIds.map((id) => index.get(id)),
    shared: 0,
    shift,
  }
  result.first.forEach((user, u) => (result.inFirst[user] = u))
  result.second.forEach((user, u) => {
    result.inSecond[user] = u
    if (result.inFirst[user] === absent) return
    result.shared++
    findings.add(names[1], `user of both data sets`, 'kept', 0, `user ${second[u]} is user ${ids[user]}`)
  })
  return result
}

/** [users of the second] index of the same person in the first, or `absent`. */
function partners(
  first: Uint32Array,
  second: Uint32Array,
  links: LinkTable,
  names: [string, string],
  findings: Findings,
): Uint32Array {
  const partner = new Uint32Array(second.length).fill(absent)
  const indices = [new IdIndex(first), new IdIndex(second)] as const
  let linked = 0
  links.line.forEach((line, i) => {
    const ids = [links.first[i]!, links.second[i]!] as const
    const users = [indices[0].get(ids[0]), indices[1].get(ids[1])] as const
    const unknown = users.indexOf(absent)
    if (unknown >= 0) {
      const reason = `link of a user who is not in '${names[unknown === 0 ? 0 : 1]}'`
      findings.add(links.file, reason, 'removed', line, `${ids[0]},${ids[1]}`)
      return
    }
    partner[users[1]] = users[0]
    linked++
  })
  if (linked === 0)
    throw new CombineError(
      `${links.file} links no user of '${names[0]}' with a user of '${names[1]}': none of its ${links.line.length} lines names a user of each. Check that its first column holds user ids of '${names[0]}' and its second those of '${names[1]}'.`,
    )
  return partner
}
