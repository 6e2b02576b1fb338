import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { connectWorkbench } from './connect.ts'
import { makeRouter } from './router.ts'
import './ui/base.css'

connectWorkbench()
createApp(App).use(createPinia()).use(makeRouter()).mount('#app')
