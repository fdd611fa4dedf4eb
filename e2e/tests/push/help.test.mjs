// The words editors go by, and the panel beside a text: a term, a listed and an allowed word, a file, the weights, an earlier
// version, and what the holdings offer on a day.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings } from '../../axe.mjs';
import { desk, enter, loaded, open, seated, sound, base } from '../../staff.mjs';

/** What no other run has written, so that a demo may be tested again: four Chinese characters. */
const stamp = [...Date.now().toString().slice(-4)].map((digit) => '甲乙丙丁戊己庚辛壬癸'[Number(digit)]).join('');
const term = `${stamp}单`;
const listed = `${stamp}广告`;
const allowed = `老${listed}牌`;

let running;
let page;
let complaints;

before(async () => { ({ running, page, complaints } = await seated('editor')); });
after(() => running.close());

const tab = (name) => page.getByRole('tab', { name, exact: true });
const panel = () => page.getByRole('region', { name: '质量检查' });
const part = (name) => panel().getByRole('region', { name, exact: true });

async function turnTo(name) {
  await tab(name).click();
  await loaded(page);
}

/** Types a text in the trial tab and waits until it was looked through. */
async function looked(text) {
  const answered = page.waitForResponse((one) => one.url().endsWith('/api/v1/push/quality'));
  await page.getByLabel('贴一段文字试试').fill(text);
  assert.equal((await answered).status(), 200);
}

/** An act that is answered by the lists coming anew. */
async function kept(act, words) {
  const saved = page.waitForResponse((one) => one.url().endsWith('/api/v1/push/words') && one.request().method() === 'PUT');
  await act();
  assert.equal((await saved).status(), 204);
  await page.getByText(words).first().waitFor();
  await loaded(page);
}

test('a term of the house is found in a text, and one click puts the plain word in its place', async () => {
  await open(page, '/push/words', '用语与选题');
  await page.getByRole('button', { name: '加术语', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '加术语' });
  await dialog.getByRole('button', { name: '保存术语' }).click();
  await dialog.getByText('请用一句话解释。').waitFor();
  await dialog.getByLabel('术语', { exact: true }).fill(term);
  await dialog.getByLabel('白话').fill('登记的单子');
  await dialog.getByLabel('解释', { exact: true }).fill('来馆时填的一张单子。');
  await kept(() => dialog.getByRole('button', { name: '保存术语' }).click(), `已保存“${term}”`);

  await turnTo('试一段');
  await looked(`😀请先填${term}。\n再到窗口。`);
  await part('易读性').getByRole('button', { name: '换成“登记的单子”' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((one) => one.value === '😀请先填登记的单子。\n再到窗口。'));
  await part('易读性').getByText('没有难读的地方').waitFor();
});

test('a note explains a term, and the light tells a hard text', async () => {
  await looked(`请先填${term}。`);
  await part('易读性').getByText('1 处').first().waitFor();
  await part('易读性').getByRole('button', { name: new RegExp(`^给“${term}”加注`) }).click();
  await part('易读性').getByText('没有难读的地方').waitFor();
  await panel().getByText('绿灯').waitFor();
  await page.getByRole('button', { name: `去掉“${term}”的注` }).click();
  await part('易读性').getByText('1 处').first().waitFor();
  await panel().getByText('绿灯').waitFor();
  await looked(Array(4).fill('这一句话一直没有说完，'.repeat(12)).join('\n'));
  await panel().getByText('红灯', { exact: true }).waitFor();
  await panel().getByRole('button', { name: '第 4 块', exact: true }).waitFor();
});

test('a listed word is found, an allowed one wins, and a click goes to the place', async () => {
  await turnTo('敏感词');
  await page.getByRole('button', { name: '加敏感词', exact: true }).click();
  await page.getByRole('dialog').getByLabel('词', { exact: true }).fill(listed);
  await page.getByRole('dialog').getByLabel('类别').fill('广告');
  await kept(() => page.getByRole('dialog').getByRole('button', { name: '加 词' }).click(), '已加 1 个词');
  await turnTo('白名单');
  await page.getByRole('button', { name: '加进白名单', exact: true }).click();
  await page.getByRole('dialog').getByLabel('词', { exact: true }).fill(allowed);
  await kept(() => page.getByRole('dialog').getByRole('button', { name: '加 词' }).click(), '已加 1 个词');

  await turnTo('试一段');
  const text = `第一段。\n😀街上有${allowed}，没有${listed}。电话13800138000。`;
  await looked(text);
  await part('敏感词').getByRole('button', { name: listed, exact: true }).click();
  const chosen = await page.evaluate(() => {
    const area = document.activeElement;
    return { words: area.value.slice(area.selectionStart, area.selectionEnd), from: area.selectionStart };
  });
  assert.deepEqual(chosen, { words: listed, from: text.lastIndexOf(listed) });
  assert.equal(await part('敏感词').getByRole('button').count(), 1, 'the allowed one is not told');
  await part('个人信息').getByRole('button', { name: '电话号码，在第 2 块' }).waitFor();
});

test('a passage of another text is shown beside it', async () => {
  const passage = '一九五八年三月五日，县人民委员会发出通知，要求各公社在春耕以前修好水渠，疏通河道，平整土地。';
  await looked(`我们写的第一段。\n${passage}`);
  await part('相似段落').getByText('没有相同的段落').waitFor();
  await page.getByLabel('和另一段文字对比').fill(`别人写的：${passage}`);
  await part('相似段落').getByText('贴上来对比的文字').waitFor();
  assert.equal(await part('相似段落').getByText(/^一九五八年三月五日.*平整土地$/).count(), 2);
});

test('a list comes from a file, and what does not fit is told by its line', async () => {
  await turnTo('敏感词');
  await page.getByRole('button', { name: '从文件导入' }).click();
  const dialog = page.getByRole('dialog', { name: '导入敏感词' });
  const buffer = Buffer.from(`词,类别\n${stamp}假货,广告\n${stamp}老店,白名单\n——,广告\n`);
  await dialog.getByLabel('词表文件').setInputFiles({ name: '词表.csv', mimeType: 'text/csv', buffer });
  await dialog.getByRole('button', { name: '导入', exact: true }).click();
  await dialog.getByText('新加 2 条，改了 0 条，有的行没有导入').waitFor();
  await dialog.getByText('第 4 行没有导入').waitFor();
  await dialog.getByRole('button', { name: '知道了' }).click();
  await dialog.waitFor({ state: 'detached' });
  await loaded(page);
  await page.getByLabel('在“敏感词”里找').fill(`${stamp}假货`);
  await page.getByRole('button', { name: `去掉敏感词 ${stamp}假货` }).waitFor();
  await turnTo('白名单');
  await page.getByLabel('在“白名单”里找').fill(`${stamp}老店`);
  await page.getByRole('button', { name: `从白名单去掉 ${stamp}老店` }).waitFor();
});

test('a weight changes the light, and an earlier version brings it back', async () => {
  await turnTo('易读性权重');
  const limit = page.getByLabel('一句最多几个字', { exact: true });
  const was = await limit.inputValue();
  const now = was === '10' ? '11' : '10';
  await limit.fill(now);
  await limit.press('Tab');
  await kept(() => page.getByRole('button', { name: '保存易读性权重' }).click(), '已保存易读性权重');
  await turnTo('试一段');
  await looked('这一句话有二十个字左右，平时不算长，现在算长。');
  await part('易读性').getByText(`超过 ${now} 个字`).waitFor();
  await turnTo('易读性权重');
  await page.getByRole('button', { name: '易读性权重的历次修改' }).click();
  await page.getByRole('button', { name: /^恢复成 .* 这一版$/ }).first().click();
  await page.getByRole('button', { name: '恢复成这一版', exact: true }).last().click();
  await page.getByText('已恢复易读性权重').waitFor();
  await page.locator('.el-drawer').waitFor({ state: 'detached' });
  await loaded(page);
  assert.equal(await limit.inputValue(), was);
});

test('what returns on a day, and what a headline has to do with the holdings', async () => {
  await turnTo('选题');
  await page.getByLabel('日期').first().fill('2031-11-30');
  await page.getByLabel('日期').first().press('Enter');
  const today = page.getByRole('region', { name: '馆藏里的今天' });
  await today.getByText('40 年前的今天').waitFor();
  await today.getByText('L008-001-012-009').waitFor();
  const topic = `临溪县水利局加固白石水库（${stamp}）`;
  await page.getByLabel('新题目').fill(topic);
  await kept(() => page.getByRole('button', { name: '记下', exact: true }).click(), `已记下“${topic}”`);
  await page.getByRole('button', { name: `找“${topic}”的档案` }).click();
  const found = page.getByRole('article', { name: topic });
  await found.getByText('规范档里有').first().waitFor();
  await found.getByRole('link', { name: /白石水库/ }).first().waitFor();
  await kept(async () => {
    await page.getByRole('button', { name: `去掉选题 ${topic}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: '去掉选题', exact: true }).click();
  }, `已去掉“${topic}”`);
});

test('the panel is switched off and stays so', async () => {
  await turnTo('试一段');
  await panel().getByRole('switch').press('Space');
  await panel().getByText('已关闭。').waitFor();
  await page.reload();
  await loaded(page);
  await panel().getByText('已关闭。').waitFor();
  await panel().getByRole('switch').press('Space');
  await panel().getByText('绿灯').waitFor();
});

test('every tab is sound, light and dark, on a desk and on a tablet', async () => {
  for (const width of [1280, 768]) {
    const seat = await desk(running, { width });
    await enter(seat.page, 'editor');
    for (const scheme of ['light', 'dark']) {
      await seat.page.emulateMedia({ colorScheme: scheme });
      for (const name of ['terms', 'listed', 'allowed', 'weights', 'topics', 'trial']) {
        await seat.page.goto(`${base}/push/words?tab=${name}`);
        await sound(seat.page, '用语与选题');
        assert.deepEqual(await findings(seat.page), [], `${name} ${scheme} ${width}`);
      }
    }
    assert.deepEqual(seat.complaints, []);
    await seat.context.close();
  }
  assert.deepEqual(complaints, []);
});
