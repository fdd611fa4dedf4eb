import type { Fact } from '@/shared/FactList.vue';
import { count, type ReviewBatch } from '../shapes';

/** What is known of a batch, without what nothing is known of. */
export function factsOf(batch: ReviewBatch): Fact[] {
  const { initial, second, joint, final } = batch.opinions;
  const all = [
    { label: '种类', text: batch.kind_label },
    { label: '走到', text: batch.stage_label },
    { label: '档案', text: `${count(batch.records)} 条` },
    { label: '意见', text: `初审 ${count(initial)}，复审 ${count(second)}，会审 ${count(joint)}，终审 ${count(final)}` },
    { label: '办理', text: `待办 ${count(batch.waiting)}，已办 ${count(batch.done)}，未办成 ${count(batch.refused)}` },
    { label: batch.kind === 'early' ? '提前开放的法定依据' : '理由', text: batch.ground },
    { label: '批准文号', text: batch.document_number },
    { label: '同意延期的部门和文号', text: batch.authority ? `${batch.authority.body} ${batch.authority.number}` : null },
  ];
  return all.flatMap(({ label, text }) => (text ? [{ label, text }] : []));
}
