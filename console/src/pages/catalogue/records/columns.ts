import type { Column } from '@/shared/column';
import type { RecordLine } from '../shapes';

/** The columns of a list of records as it is taken along, without the persons a record is about: a list of those is not taken along by one alone. */
export const COLUMNS: Record<string, Column<RecordLine>> = {
  code: { label: '档号', text: (one) => one.reference_code },
  title: { label: '题名', text: (one) => one.title },
  level: { label: '层级', text: (one) => one.level_label },
  number: { label: '文号', text: (one) => one.document_number },
  creator: { label: '责任者', text: (one) => one.creator },
  date: { label: '日期', text: (one) => one.date },
  openness: { label: '开放状态', text: (one) => one.openness_label },
  public: { label: '能否公开', text: (one) => (one.is_public ? '公开' : '不公开') },
  classification: { label: '密级', text: (one) => one.classification_label },
};
