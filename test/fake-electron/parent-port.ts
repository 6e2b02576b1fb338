// --import'ed into a forked job: `process.parentPort` over child_process messages, and no `process.send`, as in a utility process. Ports that come
// with a message are carried over the same messages.
import { EventEmitter } from 'node:events'

const send = process.send?.bind(process)
const port = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => void send?.(message),
  start: () => {},
})

const carried = new Map<number, EventEmitter>()
function carry(id: number): EventEmitter {
  const end = Object.assign(new EventEmitter(), {
    postMessage: (data: unknown) => void send?.({ __port: id, data }),
    start: () => {},
    close: () => carried.delete(id),
  })
  carried.set(id, end)
  return end
}

type Carried = { __port?: number; __ports?: number[]; closed?: boolean; data?: unknown }
process.on('message', (message: Carried) => {
  if (message.__port !== undefined) {
    const end = carried.get(message.__port)
    if (message.closed) end?.emit('close')
    else end?.emit('message', { data: message.data, ports: [] })
  } else if (message.__ports) port.emit('message', { data: message.data, ports: message.__ports.map(carry) })
  else port.emit('message', { data: message, ports: [] })
})
Object.assign(process, { parentPort: port, send: undefined })
