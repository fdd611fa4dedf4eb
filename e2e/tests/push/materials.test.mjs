// The library of materials: files come in, are described, cut and sent to the account; texts are brought in from outside.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { docx, png } from '../../docx.mjs';
import { base, loaded, open, seated, sound } from '../../staff.mjs';

/** Names and pictures that no other run has used, so that a demo may be tested again. */
const seed = Date.now() & 0xff_ffff;
const stamp = Date.now().toString(36).toUpperCase();
const title = `大堤 ${stamp}`;

let running;
let page;
let complaints;

before(async () => { ({ running, page, complaints } = await seated('editor')); });
after(() => running.close());

const picture = (name, width, height, n) => ({ name, mimeType: 'image/png', buffer: png(width, height, (seed + n) & 0xff_ffff) });

/** The card of a material in the list. */
const card = (name) => page.getByRole('button', { name: new RegExp(`^打开\\s*${name}\\s*(图片|文字)`) }).first();

async function uploaded(files) {
  await page.getByLabel('上传素材').setInputFiles(files);
  await page.getByText('正在检查').waitFor({ state: 'detached' });
  return page.getByRole('list', { name: '上传的结果' }).getByRole('listitem').allInnerTexts();
}

async function drawer(name) {
  await card(name).click();
  const shown = page.getByRole('dialog', { name: `素材“${name}”` });
  await shown.getByRole('heading', { name: '情况' }).waitFor();
  return shown;
}

test('several files come in at once, each with what became of it', async () => {
  await open(page, '/push/materials', '素材库');
  const files = [
    picture(`${title}.png`, 1200, 800, 1),
    picture(`同一幅 ${stamp}.png`, 1200, 800, 1),
    { name: '网页.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') },
    { name: '目录.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('PK') },
    { name: '太大.png', mimeType: 'image/png', buffer: Buffer.alloc(10 * 1024 * 1024 + 1) },
  ];
  await page.getByLabel('上传素材').setInputFiles(files);
  const results = page.getByRole('list', { name: '上传的结果' }).getByRole('listitem');
  await results.nth(4).waitFor();
  const told = await results.allInnerTexts();
  assert.match(told[0], /已收下/);
  assert.match(told[1], /已经有了/);
  assert.match(told[2], /没有收下[^]*不是可以用的格式/);
  assert.match(told[3], /没有收下/);
  assert.match(told[4], /没有收下[^]*10 MB/);
  await card(title).waitFor();
  await sound(page, '素材库');
  // Two of the five were refused by the service, in words; the browser notes that on its own.
  assert.ok(complaints.every((one) => /status of 422/.test(one)), complaints.join('\n'));
  complaints.length = 0;
});

test('a material is described and found by its tag', async () => {
  const shown = await drawer(title);
  await shown.getByLabel('替代文字').fill('一九五四年的大堤');
  await shown.getByLabel('标签').fill(`防汛${stamp}、老照片`);
  await shown.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByText(`已保存“${title}”。`).waitFor();
  await sound(page, '素材库');
  await page.keyboard.press('Escape');
  await shown.waitFor({ state: 'hidden' });
  await page.goto(`${base}/push/materials?tag=${encodeURIComponent(`防汛${stamp}`)}`);
  await loaded(page);
  await page.getByText('共 1 件').waitFor();
  await card(title).waitFor();
});

test('a cover is cut out with the keys alone', async () => {
  let shown = await drawer(title);
  await shown.getByRole('button', { name: '裁封面（900×383）' }).click();
  const width = shown.getByLabel('大小');
  await width.focus();
  const before = Number(await width.inputValue());
  for (let presses = 0; presses < 20; presses += 1) await page.keyboard.press('ArrowLeft');
  assert.equal(Number(await width.inputValue()), before - 20);
  await shown.getByLabel('上下').focus();
  await page.keyboard.press('Home');
  await sound(page, '素材库');
  await shown.getByRole('button', { name: '裁出封面' }).click();
  shown = page.getByRole('dialog', { name: `素材“${title}（封面）”` });
  await shown.getByText('900×383 像素').waitFor();
  await shown.getByRole('button', { name: '看裁剪前的图片' }).click();
  await page.getByRole('dialog', { name: `素材“${title}”` }).getByText('1200×800 像素').waitFor();
});

test('a material goes to the account, and both sides are compared', async () => {
  await open(page, '/push/materials/account', '公众号里的素材');
  const here = page.getByRole('region', { name: '只在素材库里的' });
  const there = page.getByRole('region', { name: '公众号里有的' });
  await here.getByRole('button', { name: `上传 ${title}（封面）`, exact: true }).click();
  await page.getByText(`已上传“${title}（封面）”。`).waitFor();
  const sent = there.getByRole('row').filter({ hasText: `${title}（封面）` });
  await sent.getByText('也有').waitFor();
  assert.equal(await here.getByRole('button', { name: `上传 ${title}（封面）`, exact: true }).count(), 0);
  await sound(page, '公众号里的素材');
});

test('a page of a published record comes with its citation', async () => {
  await open(page, '/push/materials', '素材库');
  await page.getByRole('button', { name: '从档案选图' }).first().click();
  const dialog = page.getByRole('dialog', { name: '从档案选图' });
  await dialog.getByRole('button', { name: '找档案' }).click();
  await dialog.getByRole('list', { name: '找到的档案' }).getByRole('button').first().click();
  await dialog.getByRole('button', { name: /^收进素材库/ }).first().click();
  await page.getByText(/已收进素材库|已经在素材库里/).first().waitFor();
  await sound(page, '素材库');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.goto(`${base}/push/materials?q=${encodeURIComponent('档案馆·')}`);
  await loaded(page);
  await page.getByRole('button', { name: /^打开/ }).first().click();
  await page.getByRole('dialog').getByText(/档案馆·.+·/).waitFor();
  await page.keyboard.press('Escape');
});

test('a Word document becomes a text, and its picture a material', async () => {
  const body = `<w:p><w:pPr><w:pStyle w:val="2"/></w:pPr><w:r><w:t>水情 ${stamp}</w:t></w:r></w:p>
    <w:p><w:r><w:t>那年</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>七月</w:t></w:r><m:oMath/></w:p>
    <w:p><w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r></w:p>`;
  const file = { name: `水情${stamp}.docx`, mimeType: 'application/octet-stream', buffer: docx(body, png(64, 48, seed + 7)) };
  await open(page, '/push/materials', '素材库');
  await page.getByRole('button', { name: '新建文字' }).click();
  const block = page.getByRole('dialog', { name: '新建文字' });
  await block.getByLabel('名称').fill(`水情 ${stamp}`);
  await block.getByRole('button', { name: '从文件导入或粘贴' }).click();
  const dialog = page.getByRole('dialog', { name: '导入文字' });
  await dialog.getByLabel('从文件导入').setInputFiles(file);
  await dialog.getByRole('heading', { name: '导入的样子（3 段）' }).waitFor();
  assert.match(await dialog.innerText(), /没有导入的\s+公式/);
  await dialog.getByRole('img').first().waitFor();
  await sound(page, '素材库');
  await dialog.getByRole('button', { name: '放进文字' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.match(await block.getByLabel('文字', { exact: true }).inputValue(), new RegExp(`^## 水情 ${stamp}\\n\\n那年\\*\\*七月\\*\\*\\n\\n!\\[`));
  await block.getByRole('button', { name: '插入图片' }).click();
  const picker = page.getByRole('dialog', { name: '选图片' });
  await picker.getByLabel('在素材库里找').fill(title);
  await picker.getByRole('button', { name: '找素材' }).click();
  await sound(page, '素材库');
  await picker.getByRole('button', { name: new RegExp(`^选用\\s*${title}\\s*图片`) }).click();
  await picker.waitFor({ state: 'hidden' });
  await page.waitForFunction((words) => [...document.querySelectorAll('textarea')].some((one) => one.value.includes(words)), '![一九五四年的大堤](<material/');
  await block.getByRole('button', { name: '保存文字' }).click();
  await card(`水情 ${stamp}`).waitFor();
  await card(`水情${stamp}（图 1）`).waitFor();
});

test('what is pasted comes without its dress', async () => {
  await page.getByRole('button', { name: '新建文字' }).click();
  const block = page.getByRole('dialog', { name: '新建文字' });
  await block.getByRole('button', { name: '从文件导入或粘贴' }).click();
  const dialog = page.getByRole('dialog', { name: '导入文字' });
  const html = '<h2 style="color:red">小标题</h2><p>甲<b>乙</b></p><script>alert(1)</script><img src="https://example.org/a.jpg">';
  await dialog.getByLabel('或者粘贴').evaluate((field, given) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/html', given);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, html);
  await dialog.getByRole('heading', { name: '导入的样子（2 段）' }).waitFor();
  const told = await dialog.innerText();
  assert.match(told, /其他网站的图片：https:\/\/example\.org\/a\.jpg/);
  assert.doesNotMatch(told, /alert/);
  await dialog.getByRole('button', { name: '不导入' }).click();
  await block.getByRole('button', { name: '不保存' }).click();
  await block.waitFor({ state: 'hidden' });
});

test('what is put away is not listed, and what nobody uses is removed', async () => {
  await page.goto(`${base}/push/materials?q=${encodeURIComponent(`${title}（封面）`)}`);
  await loaded(page);
  const shown = await drawer(`${title}（封面）`);
  await shown.getByRole('button', { name: '收起素材' }).click();
  await page.getByRole('dialog', { name: `收起素材“` }).getByRole('button', { name: '收起素材' }).click();
  await shown.getByRole('button', { name: '恢复素材' }).waitFor();
  await shown.getByRole('button', { name: '删除素材' }).click();
  await page.getByRole('dialog', { name: `删除素材“` }).getByRole('button', { name: '删除素材' }).click();
  await page.getByText(`已删除素材“${title}（封面）”。`).waitFor();
  await page.getByText('没有符合条件的内容。').waitFor();
  await sound(page, '素材库');
  assert.deepEqual(complaints, []);
});
