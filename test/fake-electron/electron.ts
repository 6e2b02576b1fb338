// A stand-in for the `electron` module under plain Node: the real built main, preload and renderer run, with Chromium as the window.
// What it cannot show: Electron's own sandbox, its process model, native menus and dialogs; test/electron runs those where there is a
// binary.
export { app, dialog, Menu, Notification, powerSaveBlocker } from './app.ts'
export { MessageChannelMain, protocol, session, utilityProcess } from './session.ts'
export { BrowserWindow, ipcMain } from './window.ts'
