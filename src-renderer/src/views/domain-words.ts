/** What a domain holds, in a few words: beside its letter in choices. */
import type { DomainName, DomainSpec } from '@contract'
import { formatCount } from '../ui/format.ts'

export function domainWords(spec: DomainSpec, name: DomainName): string {
  switch (spec.kind) {
    case 'genres':
      return (name === 'A' ? spec.a : spec.b).join(', ')
    case 'lists':
      return `${formatCount((name === 'A' ? spec.a : spec.b).length)} movies of ${spec.name}`
    case 'catalogues':
      return name === 'A' ? 'the first catalogue' : 'the second catalogue'
    case 'single':
      return 'the whole catalogue'
  }
}
