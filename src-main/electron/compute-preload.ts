/** The compute page's preload: passes on the port that main sends, and nothing else. The page has no other way out. */
import { ipcRenderer } from 'electron'

ipcRenderer.on('compute:port', ({ ports }) => window.postMessage('compute:port', '*', ports)) // to this very page
