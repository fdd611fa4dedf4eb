import { moment } from '@/shared/time';
import type { CodePurpose, SceneCode } from '../shapes';

export const PURPOSES: [CodePurpose, string][] = [
  ['desk', '服务台'],
  ['poster', '海报'],
  ['exhibition', '展览'],
  ['other', '其他'],
];

export function purposeOf(code: SceneCode): string {
  return PURPOSES.find(([name]) => name === code.purpose)?.[1] ?? '其他';
}

export function isOver(code: SceneCode, now: number = Date.now()): boolean {
  return code.expires_at !== null && new Date(code.expires_at).getTime() <= now;
}

export function lifeOf(code: SceneCode): string {
  if (code.expires_at === null) return '永久';
  return isOver(code) ? `${moment(code.expires_at)} 已到期` : `${moment(code.expires_at)} 到期`;
}
