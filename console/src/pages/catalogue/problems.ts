import type { Shape } from '@/api/client';
import type { Column } from '@/shared/column';

export type ImportProblem = Shape<'ImportProblem'>;

/** 目录 第 12 行 */
export function placeOf({ sheet, line }: ImportProblem): string {
  return `${sheet ? `${sheet} ` : ''}第 ${line} 行`;
}

/** The columns of what an import had to say. */
export const COLUMNS: Record<string, Column<ImportProblem>> = {
  severity: { label: '轻重', text: (one) => one.severity_label },
  place: { label: '位置', text: placeOf, by: ({ sheet, line }) => `${sheet} ${String(line).padStart(9, '0')}` },
  column: { label: '列', text: (one) => one.column },
  message: { label: '问题', text: (one) => one.message },
};
