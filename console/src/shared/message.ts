import { ElMessage } from 'element-plus';
import 'element-plus/theme-chalk/el-message.css';

/** A short message after success: 已停用“李文书”。 Problems belong into a ProblemAlert, not here. */
export function said(message: string): void {
  ElMessage({ message, type: 'success', duration: 4000, showClose: false, grouping: true });
}
