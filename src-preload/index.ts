/**
 * The sandboxed preload: waits for the port that main sends, and exposes `window.workbench` with three functions. Neither the port nor
 * Electron's ipcRenderer is within the page's reach, so a path can only come from a file the person really dropped.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { createClient } from './client.ts'
import type { Workbench } from './contract.ts'

const client = createClient()

ipcRenderer.on('workbench:port', (event) => {
  const port = event.ports[0]
  if (!port) return
  port.onmessage = (message) => client.receive(message.data)
  port.addEventListener('close', () => client.detach('The workbench has closed: this request was not answered.'))
  client.attach({ send: (message) => port.postMessage(message) })
})

const workbench: Workbench = {
  call: client.call,
  on: client.on,
  drop: async (file) => {
    const path = webUtils.getPathForFile(file)
    if (!path)
      throw new Error('What was dropped is not a file on this computer. Drop a file or a folder from the file manager.')
    return client.dropPath(path)
  },
}
contextBridge.exposeInMainWorld('workbench', workbench)
ipcRenderer.send('workbench:hello')
