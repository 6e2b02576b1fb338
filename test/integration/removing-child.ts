/** Opens a workspace, takes its data sets off the list, and opens it again, over and over, until it is killed. Run by workspace.test.ts. */
import { Workspace } from '../../src-main/workspace/workspace.ts'

const [root, what] = process.argv.slice(2)
if (!root) throw new Error('usage: removing-child ROOT [hold]')

if (what === 'hold') {
  Workspace.open(root)
  console.log('ready')
  setInterval(() => undefined, 1000)
} else {
  console.log('ready')
  for (;;) {
    const workspace = Workspace.open(root)
    for (const { id } of workspace.datasets.list().slice(0, 3)) workspace.datasets.remove(id, Date.now())
    workspace.close()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
