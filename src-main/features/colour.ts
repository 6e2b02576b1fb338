/** sRGB to OKLab, a space in which distances follow what the eye sees (B. Ottosson 2020, https://bottosson.github.io/posts/oklab/). */

const linear = Float64Array.from({ length: 256 }, (_, i) => {
  const c = i / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
})

/** @param rgb [pixels, 3] 0..255  @returns [pixels, 3]: L in 0..1, a and b about -0.4..0.4 */
export function okLab(rgb: Uint8Array): Float32Array {
  const out = new Float32Array(rgb.length)
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    const r = linear[rgb[i]!]!
    const g = linear[rgb[i + 1]!]!
    const b = linear[rgb[i + 2]!]!
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    out[i] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s
    out[i + 1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
    out[i + 2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  }
  return out
}
