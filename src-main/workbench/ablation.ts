/** The ablation set of one Transformer configuration: the whole model, and the same with one part taken away. */
import type { ModelConfig, RunSpec } from '../../src-preload/contract.ts'

const whole = { crossDomain: 'sharing', text: true, image: true, shuffleFeatures: false }
const parts: { label: string; without: ModelConfig }[] = [
  { label: 'Full', without: {} },
  { label: 'Without cross-domain', without: { crossDomain: 'none' } },
  { label: 'Merged, no sharing layer', without: { crossDomain: 'merged' } },
  { label: 'Text off', without: { text: false } },
  { label: 'Image off', without: { image: false } },
  { label: 'Text and image off', without: { text: false, image: false } },
  { label: 'Features shuffled', without: { shuffleFeatures: true } },
]

/** @param config of the Transformer; everything but the parts themselves stays as it is in every row */
export function ablationOf(config: ModelConfig): RunSpec[] {
  return parts.map(({ label, without }) => ({
    model: 'transformer',
    label,
    config: { ...config, ...whole, ...without },
  }))
}
