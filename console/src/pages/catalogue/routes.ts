import { Collection, Files, Stamp, Upload } from '@element-plus/icons-vue';
import type { Service } from '@/shell/service';

export default {
  label: '馆藏',
  order: 20,
  pages: [
    {
      path: '/records',
      name: 'records',
      title: '目录',
      permission: 'search-records',
      menu: { label: '目录', icon: Collection },
      component: () => import('./records/RecordsPage.vue'),
    },
    { path: '/records/:id', name: 'record', title: '档案', permission: 'search-records', component: () => import('./records/RecordPage.vue') },
    {
      path: '/imports',
      name: 'imports',
      title: '导入目录',
      anyOf: ['keep-catalogue', 'approve-import'],
      menu: { label: '导入目录', icon: Upload },
      component: () => import('./imports/ImportsPage.vue'),
    },
    { path: '/imports/new', name: 'new-import', title: '上传目录文件', permission: 'keep-catalogue', component: () => import('./imports/UploadPage.vue') },
    { path: '/imports/:id', name: 'import', title: '导入目录', anyOf: ['keep-catalogue', 'approve-import'], component: () => import('./imports/ImportPage.vue') },
    {
      path: '/batches',
      name: 'batches',
      title: '导入批次',
      anyOf: ['keep-catalogue', 'approve-import'],
      menu: { label: '导入批次', icon: Files },
      component: () => import('./batches/BatchesPage.vue'),
    },
    { path: '/batches/:number', name: 'batch', title: '导入批次', anyOf: ['keep-catalogue', 'approve-import'], component: () => import('./batches/BatchPage.vue') },
    {
      path: '/review',
      name: 'review',
      title: '开放审核',
      permission: 'review-openness',
      menu: { label: '开放审核', icon: Stamp },
      component: () => import('./review/ReviewPage.vue'),
    },
    { path: '/review/:number', name: 'review-batch', title: '审核批次', permission: 'review-openness', component: () => import('./review/ReviewBatchPage.vue') },
  ],
} satisfies Service;
