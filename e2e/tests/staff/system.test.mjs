// What whoever looks after the program sees: settings without secrets, jobs, what is to be backed up.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { open, seated } from '../../staff.mjs';

let running;
let page;
let complaints;

before(async () => { ({ running, page, complaints } = await seated('system-administrator')); });
after(() => running.close());

test('the settings are told with their meaning, and no secret', async () => {
  await open(page, '/system/settings', '设置');
  const accounts = JSON.parse(await readFile(process.env.LANTAI_E2E_ADDRESSES, 'utf8')).accounts;
  const [first] = accounts;
  const section = page.getByRole('region', { name: `accounts.${first.name}`, exact: true });
  assert.match(await section.innerText(), /app_secret\s+已设置/);
  assert.ok((await section.innerText()).includes(first.app_id), 'what is no secret is told');
  const all = await page.locator('body').innerText();
  for (const account of accounts) {
    for (const secret of [account.app_secret, account.token, account.encoding_aes_key]) {
      assert.ok(secret && !all.includes(secret), 'a secret is never shown');
    }
  }
});

test('jobs are listed with when they run', async () => {
  await open(page, '/system/jobs', '后台任务');
  await page.getByText(/^失败 \d+ 项，正在做 \d+ 项，等着做 \d+ 项/).waitFor();
  await page.getByRole('cell', { name: '清理过期的消息' }).first().waitFor();
});

test('what is to be backed up is told with its size, and no backup is invented', async () => {
  await open(page, '/system/backup', '备份');
  const row = page.getByRole('row').filter({ hasText: '密钥' });
  assert.match(await row.innerText(), /要备份，另放一处/);
  await page.getByText('也没有记录').waitFor();
  assert.deepEqual(complaints, []);
});
