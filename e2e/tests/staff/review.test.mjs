// The opening review at the console, from the due list to what readers see; then originals, gaps and the directory.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { csv, upload } from '../../catalogue.mjs';
import { browser, site } from '../../hall.mjs';
import { bringDue, colleague, confirm, draft, pick, png, sayOf, sayRest, stands, tick } from '../../review.mjs';
import { base, desk, enter, loaded, sound } from '../../staff.mjs';

/** A fonds and titles that no other run has used, so that a demo may be tested again. */
const stamp = Date.now().toString(36).toUpperCase();
const fonds = `X8${stamp}`;
const titles = ['灌区用水登记', '干部处分材料', '水库移民名册'].map((what) => `${stamp}号${what}`);
const title = `${new Date().getFullYear()}年 ${fonds} 全宗开放审核`;
const gap = '䶮鿃龘䶮鿃';

let running;
/** The desks of an archivist, of another one and of the director. */
let first;
let second;
let head;
let codes;
/** Where the batch is, and the first record at the console and for readers. */
let batch;
let record;
let open;

const publicly = (address) => fetch(address, { redirect: 'manual' });

async function ask(words) {
  const answer = await publicly(`${site}/search?q=${encodeURIComponent(words)}`);
  assert.equal(answer.status, 200);
}

/** That 工作台 counts as many as the page behind it shows: in a sentence, or as rows. */
async function waits(page, label, shown) {
  await page.goto(`${base}/`);
  await loaded(page);
  const card = page.getByRole('link', { name: label });
  const count = (await card.innerText()).replaceAll(',', '').match(/\d+$/)[0];
  await sound(page, '工作台');
  await card.click();
  await shown.first().waitFor();
  await loaded(page);
  const isSentence = (await shown.count()) === 1 && /共/.test(await shown.innerText());
  const told = isSentence ? (await shown.innerText()).replaceAll(',', '').match(/\d+/)[0] : String(await shown.count());
  assert.equal(told, count, label);
}

before(async () => {
  running = await browser();
  for (let time = 0; time < 3; time += 1) await ask(gap);
  first = await desk(running);
  head = await desk(running);
  await enter(first.page, 'archivist');
  await enter(head.page, 'director');
  second = await colleague(running, `复审员${stamp}`);
});
after(() => running.close());

test('records on the due list become a batch', async () => {
  const { page } = first;
  codes = await bringDue(page, { fonds, titles });
  await page.goto(`${base}/review`);
  await sound(page, '开放审核');
  const due = page.getByLabel('到期该审核的档案', { exact: true }).getByRole('row').filter({ hasText: fonds });
  assert.match(await due.innerText(), /3\s+0\s+0\s+0/, 'three by age');
  await page.goto(`${base}/review/new?fonds=${fonds}`);
  await sound(page, '新建审核批次');
  await waits(page, '到期该审核的档案', page.getByText(/^到期、还没有列入批次的共/));
  batch = await draft(page, fonds, 3);
  await sound(page, title);
  await waits(page, '等我办理的审核批次', page.getByLabel('审核批次', { exact: true }).locator('tbody tr'));
  await page.goto(batch);
});

test('records chosen in the catalogue come along to a new batch', async () => {
  const { page } = first;
  await page.goto(`${base}/records?q=${encodeURIComponent(titles[0])}`);
  await loaded(page);
  await page.getByRole('row').filter({ hasText: titles[0] }).locator('.el-checkbox').click();
  await page.getByText('已选 1 条').waitFor();
  await sound(page, '目录');
  await page.getByRole('button', { name: '列入开放审核' }).click();
  await page.getByRole('heading', { level: 1, name: '新建审核批次' }).waitFor();
  await sound(page, '新建审核批次');
  assert.equal(await page.getByRole('textbox', { name: '档号', exact: true }).inputValue(), codes[0]);
  await page.getByRole('button', { name: '建批次', exact: true }).click();
  await page.getByRole('alert').getByText('已在其他批次 1 条').waitFor();
});

test('the initial opinions differ by record, and the last one brings the batch on', async () => {
  const { page } = first;
  await page.goto(batch);
  await stands(page, '初审');
  await page.getByRole('button', { name: `写意见 ${codes[1]}`, exact: true }).click();
  await tick(page.getByRole('dialog'), '延期开放');
  await page.getByRole('dialog').getByRole('button', { name: '记下意见' }).click();
  await page.getByText('不开放的要选理由。').waitFor();
  await page.getByLabel('下次审核日期').fill('2040年13月2日');
  await page.getByLabel('说明').focus();
  await page.getByText('请写成 2026-01-31').waitFor();
  await sound(page, title);
  await page.getByRole('dialog').getByRole('button', { name: '不做改动' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await sayOf(page, codes[1], { verdict: '延期开放', reason: '个人信息、知识产权', reviewOn: '2040年1月2日', text: '涉及个人处分' });
  const row = page.getByRole('row').filter({ hasText: codes[1] });
  await row.getByText('2040年1月2日再审').waitFor();
  await sayRest(page, { verdict: '开放' });
  await stands(page, '复审');
  assert.equal(await page.getByText('您做过初审').count(), 3, 'the same person may not go on');
});

test('a sheet that is not understood counts for nothing, a good one for all', async () => {
  const { page } = second;
  await page.goto(batch);
  await stands(page, '复审');
  const send = async (verdict) => {
    const rows = [`${codes[0]},开放,,`, `${codes[1]},延期开放,个人信息、知识产权,2040-01-02`, `${codes[2]},${verdict},,`];
    const text = ['档号,复审意见,复审理由,复审下次审核', ...rows].join('\n');
    await page.getByLabel('填好的审核表').setInputFiles({ name: '审核表.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.getByRole('button', { name: '上传审核表' }).click();
  };
  await send('随便');
  await page.getByRole('alert').getByText('第 4 行').waitFor();
  await sound(page, title);
  await send('开放');
  await stands(page, '送交会审');
  await sound(page, title);
  assert.deepEqual(second.complaints.filter((one) => !/status of 4\d\d/.test(one)), []);
});

test('the creating body is asked, and its answer is written down', async () => {
  const { page } = first;
  await page.goto(batch);
  await stands(page, '送交会审');
  await page.getByLabel('会审单位').fill('临溪县水利局');
  await page.getByRole('button', { name: '送交会审' }).click();
  await confirm(page, '送交会审');
  await stands(page, '登记会审答复');
  await sound(page, title);
  await page.getByRole('button', { name: '登记会审答复' }).click();
  await confirm(page, '登记答复', '临水函〔2026〕3号：没有不同意见');
  await stands(page, '终审');
  await page.getByText('终审要有“开放终审”权限').waitFor();
  await sound(page, title);
});

test('the final decision needs what the law asks for', async () => {
  const { page } = head;
  await page.goto(batch);
  await stands(page, '终审');
  await sound(page, title);
  await page.getByText('各步意见全都一致。').waitFor();
  await page.getByLabel('批准文号').fill('临档发〔2026〕12号');
  await page.getByRole('button', { name: '作出终审决定' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '作出终审决定' }).click();
  await dialog.getByRole('alert').getByText('档案法实施条例第三十一条').waitFor();
  await dialog.getByRole('button', { name: '不做改动' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByLabel('同意延期的档案主管部门').fill('临溪县档案局');
  await page.getByLabel('同意延期的文号').fill('临档函〔2026〕5号');
  await page.getByRole('button', { name: '作出终审决定' }).click();
  await confirm(page, '作出终审决定');
  await stands(page, '执行');
  await sound(page, title);
});

test('what is carried out is on the readers’ pages', async () => {
  const { page } = head;
  await page.getByRole('button', { name: '执行决定' }).click();
  await confirm(page, '执行决定');
  await page.getByText('执行完毕：已办 3 条。').waitFor();
  await page.getByText('开放目录共 2 条').waitFor();
  await sound(page, title);
  const link = page.getByLabel('开放目录', { exact: true }).getByRole('link', { name: titles[0] });
  record = new URL(await link.getAttribute('href'), base).href;
  open = `${site}/records/${record.split('/').at(-1)}`;
  const shown = await publicly(open);
  assert.equal(shown.status, 200);
  assert.ok((await shown.text()).includes(titles[0]), 'readers see the record');
  await page.getByRole('button', { name: '修改公告' }).click();
  await page.getByLabel('公告的文字').fill(`${stamp}：下列档案自今日起开放。`);
  await page.getByRole('button', { name: '保存公告' }).click();
  await page.getByText('公告已保存。').waitFor();
  await page.getByLabel('公告预览').getByText(`${stamp}：下列档案自今日起开放。`).waitFor();
});

test('an original is uploaded, put in order, published, and readers see it', async () => {
  const { page } = first;
  await page.goto(record);
  await page.getByRole('region', { name: '著录项' }).getByText('1975年', { exact: true }).waitFor();
  const pictures = [['封面.png', 190], ['正文.png', 210]].map(([name, shade]) => ({ name, mimeType: 'image/png', buffer: png(320, 440, shade) }));
  const broken = { name: '坏的.png', mimeType: 'image/png', buffer: Buffer.from('no picture') };
  await page.getByLabel('原件文件').setInputFiles([...pictures, broken]);
  await page.getByRole('button', { name: '上传原件' }).click();
  const results = page.getByRole('list', { name: '上传的结果' }).getByRole('listitem');
  await results.nth(2).waitFor();
  assert.deepEqual((await results.allInnerTexts()).map((text) => /已挂接|没有收下/.exec(text)?.[0]), ['已挂接', '已挂接', '没有收下']);
  await page.getByRole('button', { name: '上移 正文.png' }).click();
  const table = page.locator('.el-table[aria-label=原件]');
  await table.getByRole('row', { name: /^1 正文/ }).waitFor();
  await page.getByRole('button', { name: '改名称 正文.png' }).click();
  await confirm(page, '保存名称', '处理意见');
  await page.getByRole('button', { name: '暂不公布 封面.png' }).click();
  await confirm(page, '暂不公布');
  await table.getByText('暂不公布', { exact: true }).first().waitFor();
  await page.getByText('停止开放要有“开放终审”权限').waitFor();
  await sound(page, titles[0]);

  await head.page.goto(record);
  await head.page.getByRole('button', { name: '公布', exact: true }).click();
  await confirm(head.page, '公布', '临档发〔2026〕13号');
  await head.page.getByText('公布完毕：已办 1 条。').waitFor();
  await head.page.getByRole('button', { name: '允许公布 封面.png' }).click();
  await confirm(head.page, '允许公布');
  await head.page.locator('.el-table[aria-label=原件]').getByText('已公布').nth(1).waitFor();
  await sound(head.page, titles[0]);
  const manifest = await publicly(`${site}/iiif/${open.split('/').at(-1)}/manifest.json`);
  assert.equal(manifest.status, 200);
  assert.equal((await manifest.json()).items.length, 2);
  assert.equal((await publicly(`${open}/pages/1`)).status, 200);
});

test('originals are shown no longer, and a closed record is gone at once', async () => {
  const { page } = head;
  const manifest = `${site}/iiif/${open.split('/').at(-1)}/manifest.json`;
  await page.getByRole('button', { name: '撤回公布' }).click();
  await confirm(page, '撤回公布', '批准文号有误');
  await page.getByText('撤回公布完毕：已办 1 条。').waitFor();
  assert.equal((await publicly(manifest)).status, 404);
  assert.equal((await publicly(open)).status, 200, 'the description stays');
  await page.getByRole('button', { name: '停止开放' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('读者将立即看不到').waitFor();
  await dialog.getByRole('button', { name: '停止开放' }).click();
  await dialog.getByText('请写停止开放的理由。').waitFor();
  await confirm(page, '停止开放', '家属申请，涉及个人信息');
  await page.getByText('停止开放完毕：已办 1 条。').waitFor();
  await sound(page, titles[0]);
  assert.equal((await publicly(open)).status, 404);
  assert.equal((await publicly(manifest)).status, 404);
  await page.getByRole('region', { name: '开放和公布的经过' }).getByText('家属申请，涉及个人信息').first().waitFor();
});

test('a batch is withdrawn with a reason', async () => {
  const { page } = first;
  await page.getByRole('button', { name: '列入开放审核' }).waitFor({ state: 'detached' });
  await page.goto(record);
  await page.getByRole('button', { name: '列入开放审核' }).click();
  await page.getByRole('button', { name: '建批次', exact: true }).click();
  await page.getByText('列入 1 条').waitFor();
  await page.getByRole('button', { name: '去初审' }).click();
  await stands(page, '初审');
  await page.getByRole('button', { name: '撤回这一批' }).click();
  await confirm(page, '撤回这一批', '先不审核');
  await page.getByText('撤回：先不审核').waitFor();
  await sound(page, /开放审核$/);
});

test('what readers did not find is listed and dealt with', async () => {
  const { page } = first;
  // Written down once a minute.
  const deadline = Date.now() + 80_000;
  const row = page.getByRole('row').filter({ hasText: gap });
  do {
    await page.goto(`${base}/gaps`);
    await loaded(page);
    if (await row.count() === 0) await page.waitForTimeout(2000);
  } while (await row.count() === 0 && Date.now() < deadline);
  await sound(page, '读者没找到的');
  assert.match(await row.innerText(), /待处理/);
  await page.getByRole('button', { name: `写处理结果 ${gap}` }).click();
  await confirm(page, '记下处理结果', '本馆没有这样的档案');
  await row.waitFor({ state: 'detached' });
  await pick(page, page, '显示', '处理过的也显示');
  await page.getByRole('button', { name: '筛选' }).click();
  await row.getByText('本馆没有这样的档案').waitFor();
  await sound(page, '读者没找到的');
  await head.page.goto(`${base}/gaps`);
  await head.page.getByText('写处理结果要有“导入和维护目录”权限').waitFor();
  await sound(head.page, '读者没找到的');
});

test('a heading is renamed and moved, and records come under it', async () => {
  const { page } = first;
  await page.goto(`${base}/subjects`);
  await sound(page, '专题目录');
  const name = `渠系${stamp}`;
  const file = { name: '类目.txt', mimeType: 'text/plain', buffer: Buffer.from(`水事${stamp}\n    ${name}\n`) };
  await page.getByRole('button', { name: '导入类目' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('类目文件').setInputFiles(file);
  await dialog.getByRole('button', { name: '导入类目' }).click();
  await dialog.getByText('新增 2 个').waitFor();
  await dialog.getByRole('button', { name: '知道了' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: `改名 水事${stamp}/${name}` }).click();
  await confirm(page, '改名', `灌区${stamp}`);
  await page.getByRole('button', { name: `移动 水事${stamp}/灌区${stamp}` }).click();
  await pick(page, dialog, '移到哪里下面', '（最上层）');
  await confirm(page, '移动');
  await page.getByRole('button', { name: `归入档案 灌区${stamp}`, exact: true }).click();
  await dialog.getByLabel('档号').fill(`${codes[2]}\n没有这个档号`);
  await dialog.getByRole('button', { name: '归入' }).click();
  await dialog.getByText('已归入 1 行，1 行没有归入').waitFor();
  await dialog.getByText('目录里没有档号 没有这个档号').waitFor();
  await dialog.getByRole('button', { name: '知道了' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: `灌区${stamp}`, exact: true }).click();
  const list = page.getByLabel(`专题 灌区${stamp} 的档案`, { exact: true });
  await list.getByText(codes[2]).waitFor();
  await sound(page, `灌区${stamp}`);
  await page.getByRole('button', { name: `移出专题 ${codes[2]}` }).click();
  await confirm(page, '移出专题');
  await page.getByText('这一类里还没有档案。').waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await page.getByRole('button', { name: '放回' }).click();
  await list.getByText(codes[2]).waitFor();
  await page.getByRole('button', { name: '在目录里查，含下级' }).click();
  await page.getByRole('button', { name: `去掉条件 专题：灌区${stamp}` }).waitFor();
  await page.getByText('找到 1 条').waitFor();
  await page.goto(`${base}/subjects`);
  await loaded(page);
  const subjects = await (await publicly(`${site}/subjects`)).text();
  assert.ok(subjects.includes(`灌区${stamp}`), 'readers see the new name');
  await page.getByRole('button', { name: `删除类目 水事${stamp}` }).click();
  await confirm(page, '删除类目');
  await page.getByRole('button', { name: `改名 水事${stamp}` }).waitFor({ state: 'detached' });
  await sound(page, '专题目录');
});

test('the pages of the catalogue fit a narrow window', async () => {
  const { page } = first;
  await page.setViewportSize({ width: 768, height: 1000 });
  const pages = [['review', '开放审核'], ['review/new', '新建审核批次'], ['gaps', '读者没找到的'], ['subjects', '专题目录'], ['authorities', '规范档'], ['export', '导出目录']];
  for (const [path, name] of pages) {
    await page.goto(`${base}/${path}`);
    await sound(page, name);
  }
  for (const [address, name] of [[batch, title], [record, titles[0]]]) {
    await page.goto(address);
    await sound(page, name);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('what a file’s columns mean is kept, looked at and thrown away', async () => {
  const { page } = first;
  const name = `渠闸${stamp}`;
  await upload(page, `${name}.csv`, csv([[`X7${stamp}-1`, '题名', '19750312', '', '', '']]));
  await page.getByLabel('把对应关系存起来，下次用').fill(name);
  await page.getByRole('button', { name: '保存对应关系' }).click();
  await page.getByText(`已保存对应关系“${name}”。`).waitFor();
  await page.goto(`${base}/mappings`);
  await page.getByRole('button', { name: `查看 ${name}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('列：档号').waitFor();
  await sound(page, '保存的对应关系');
  await dialog.getByRole('button', { name: '关闭' }).last().click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: `删除对应关系 ${name}` }).click();
  await confirm(page, '删除对应关系');
  await page.getByRole('button', { name: `查看 ${name}` }).waitFor({ state: 'detached' });
  await sound(page, '保存的对应关系');
});

test('authority records are imported and looked up, and the catalogue is exported', async () => {
  const { page } = first;
  await page.goto(`${base}/authorities`);
  await sound(page, '规范档');
  const old = `旧渠管所${stamp}`;
  const list = `名称,旧名\n渠管所${stamp},${old}\n`;
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: '导入规范档' }).first().click();
  const send = async () => {
    await dialog.getByLabel('规范档文件').setInputFiles({ name: '规范档.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
    await dialog.getByRole('button', { name: '导入规范档' }).click();
  };
  await send();
  await dialog.getByRole('alert').getByText('第 2 行').waitFor();
  await pick(page, dialog, '没有写类型的行', '当作机构');
  await send();
  await dialog.getByText('新增 1 个').waitFor();
  await dialog.getByRole('button', { name: '知道了' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByLabel('名称或别名').fill(old);
  await page.getByRole('button', { name: '找这个名称' }).click();
  await page.getByRole('region', { name: `查“${old}”`, exact: true }).getByRole('heading', { level: 3, name: `渠管所${stamp}` }).waitFor();
  const name = page.getByLabel('规范档', { exact: true }).getByRole('cell').getByRole('button').first();
  const looked = await name.innerText();
  await name.click();
  await page.getByRole('region', { name: `查“${looked}”`, exact: true }).getByRole('heading', { level: 3 }).first().waitFor();
  await sound(page, '规范档');
  await page.goto(`${base}/export`);
  await sound(page, '导出目录');
  await tick(page, /^CSV/);
  await page.getByRole('button', { name: '导出目录' }).click();
  await page.getByText(/已做好：[\d,]+ 条/).waitFor({ timeout: 60_000 });
  await page.goto(`${base}/imports`);
  await loaded(page);
  await page.goto(`${base}/export`);
  await page.getByText(/已做好：[\d,]+ 条/).waitFor();
  await sound(page, '导出目录');
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: '下载' }).click();
  assert.match((await saved).suggestedFilename(), /\.csv$/);
  await page.getByRole('button', { name: '删除' }).click();
  await page.getByText(/已做好/).waitFor({ state: 'detached' });
});
