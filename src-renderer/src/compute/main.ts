/**
 * The hidden page that computes with WebGPU for a job, because Electron's other processes have none. It shows nothing and stores nothing: it waits
 * for the port that its preload hands over, and answers what comes through it.
 */
import { serveCompute } from '../../../src-main/jobs/compute-page.ts'
import { fromMessagePort } from '../../../src-main/jobs/compute-port.ts'

window.addEventListener('message', ({ source, data, ports }: MessageEvent<unknown>) => {
  const [port] = ports
  if (source === window && data === 'compute:port' && port) serveCompute(fromMessagePort(port))
})
