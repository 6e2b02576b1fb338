/** The kernels of one module; each computes a stretch of its work, so that threads can share it. */
export { addDropout, gelu, multiply } from './activation'
export { attend, attendGradient, attentionScratch, attentionWeights } from './attention'
export { gemm, gemmScratch } from './gemm'
export { binaryLoss, scaleRows, softmaxLoss, softmaxLossGradient } from './loss'
export { norm, normBlocks, normGradient } from './norm'
export { adam, addScaled, squareBlocks, sumSquares } from './optimiser'
export { columnSums, copyBlock, gatherRows, segmentSum } from './rows'
export { rank, rankScratch, sumStrip } from './ranking'
