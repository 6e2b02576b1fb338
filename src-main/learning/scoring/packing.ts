/** Lays matrices out as the ranking kernels read them: what one step of the innermost loop needs lies side by side. */

/**
 * Rows of vectors to panels of `lines` rows, [panel][k][line], zeros behind the last row.
 * @param rows [count, width]  @param out [ceil(count / lines) lines, width]
 */
export function packPanels(rows: Float32Array, width: number, lines: number, out: Float32Array): void {
  const count = rows.length / width
  const whole = Math.ceil(count / lines) * lines
  for (let row = 0; row < whole; row++) {
    let to = (row - (row % lines)) * width + (row % lines)
    const from = row * width
    for (let k = 0; k < width; k++, to += lines) out[to] = row < count ? rows[from + k]! : 0
  }
}

/** Columns of a strip of a dense matrix. */
export const STRIP = 16

/**
 * Columns first..first + columns - 1 of a matrix to strips of 16 columns, [strip][row][column], zeros behind the last column.
 * @param matrix [rows, stride]  @param out [ceil(columns / 16) 16, rows]
 */
export function packStrips(
  matrix: Float32Array,
  { rows, stride, first }: { rows: number; stride: number; first: number },
  columns: number,
  out: Float32Array,
): void {
  for (let column = 0; column < columns; column += STRIP) {
    const width = Math.min(STRIP, columns - column)
    let to = column * rows
    let from = first + column
    for (let row = 0; row < rows; row++, from += stride, to += STRIP) {
      for (let c = 0; c < width; c++) out[to + c] = matrix[from + c]!
      for (let c = width; c < STRIP; c++) out[to + c] = 0
    }
  }
}
