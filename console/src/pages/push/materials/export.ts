import { api, call } from '@/api/client';
import { saveAs } from '@/api/download';
import type { Block } from './shapes';

/** Blocks as Markdown, which is read back as the same blocks. */
export async function markdownOf(blocks: readonly Block[]): Promise<string> {
  const body = { blocks: [...blocks] };
  return (await call(api.POST('/api/v1/push/export', { body }))).text;
}

/** Saves an article as a Markdown file. */
export async function saveMarkdown(title: string, blocks: readonly Block[]): Promise<void> {
  const name = title.trim().replace(/[\\/:*?"<>|]/g, '-') || '推文';
  saveAs(await markdownOf(blocks), `${name}.md`);
}
