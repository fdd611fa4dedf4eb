import { createApp } from 'vue';
import 'element-plus/theme-chalk/base.css';
import 'element-plus/theme-chalk/dark/css-vars.css';
import '@/styles/tokens.css';
import '@/styles/base.css';
import '@/styles/element.css';
import App from './App.vue';
import { router } from './router';

createApp(App).use(router).mount('#app');
