import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [
    vue(),
    // Element Plus on demand. Our own pieces are imported by name, so that a reader sees where they come from.
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css', directives: false })] }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'chrome87',
    // Below the policy `script-src 'self'` nothing may be inlined but pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    // LANTAI is the address of a running hall, as `lantai demo` prints it.
    proxy: { '/api': { target: process.env.LANTAI ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
});
