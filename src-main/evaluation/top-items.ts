/** Pads lists of the best K items where there are fewer candidates. */
export const NO_ITEM = 0xffffffff
