// Runs in the page before anything of the renderer's: what a sandboxed preload may require, bridged to the stand-in's main process.

/** @returns the preload wrapped so that only its `require('electron')` is answered, out of the page's reach */
export function wrapPreload(preload: string): string {
  return `(() => {
const listeners = new Map(), ports = new Map();
const bridge = window.__fake; delete window.__fake;
Object.defineProperty(window, '__fakeDeliver', { value: (channel, message, ids) => {
  const made = ids.map((id) => {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port2);
    port2.onmessage = (e) => window.__fakePort(id, e.data);
    return port1;
  });
  for (const listener of listeners.get(channel) ?? []) listener({ ports: made }, message);
} });
Object.defineProperty(window, '__fakePortDeliver', { value: (id, data) => ports.get(id)?.postMessage(data) });
const ipcRenderer = {
  send: (channel, ...args) => { window.__fakeSend(channel, args) },
  on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); return ipcRenderer },
};
const contextBridge = {
  exposeInMainWorld: (key, api) => Object.defineProperty(window, key, { value: Object.freeze({ ...api }), enumerable: true }),
};
const webUtils = { getPathForFile: (file) => window.__fakePaths?.[file.name] ?? '' };
const require = (name) => {
  if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name);
  return { ipcRenderer, contextBridge, webUtils };
};
const exports = {}, module = { exports };
(() => {${preload}
})();
})()`
}
