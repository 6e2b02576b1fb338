// --import'ed into a forked job: `process.parentPort` over child_process messages, and no `process.send`, as in a utility process.
import { EventEmitter } from 'node:events'

const send = process.send?.bind(process)
const port = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => void send?.(message),
  start: () => {},
})
process.on('message', (data) => port.emit('message', { data, ports: [] }))
Object.assign(process, { parentPort: port, send: undefined })
