import { startBackend, probeBackends } from './src-main/learning/backends/index.ts'
console.log(await startBackend('auto').then(b=>b.id+' '+b.device)); console.log(await probeBackends()); 
