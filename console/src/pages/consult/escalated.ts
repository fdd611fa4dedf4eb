import { ElNotification } from 'element-plus';
import 'element-plus/theme-chalk/el-notification.css';
import { h } from 'vue';
import { router } from '@/router';

let shown: { close: () => void } | null = null;

/** Says that a conversation has waited for too long; stays until somebody goes there or closes it, and is there once. */
export function tellEscalated(): void {
  if (shown) return;
  const words = h('span', ['读者等了很久还没有人答复，已升级。', h('button', { type: 'button', class: 'as-link', onClick: go }, '去收件箱看')]);
  shown = ElNotification({ title: '有咨询超时升级', message: words, type: 'warning', duration: 0, appendTo: '#overlays', onClose: () => (shown = null) });
}

function go(): void {
  shown?.close();
  void router.push({ path: '/consult', query: { state: 'waiting' } });
}
