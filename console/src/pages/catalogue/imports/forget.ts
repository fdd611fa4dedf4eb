import { api, call } from '@/api/client';
import { confirmAct } from '@/shared/confirm';
import type { Import } from '../shapes';

export function forgetImport(shown: Import): Promise<boolean> {
  return confirmAct({
    act: '删除上传的文件',
    object: shown.file_name,
    consequence: '只删除上传的文件和试导入的结果，已经写入目录的不受影响。',
    danger: true,
    run: () => call(api.DELETE('/api/v1/imports/{id}', { params: { path: { id: shown.id } } })),
  });
}
