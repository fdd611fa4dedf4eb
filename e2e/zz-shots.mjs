import { browser } from './hall.mjs';
import { base, desk, enter } from './staff.mjs';
const running = await browser();
const text = '各位读者：\n我馆的全宗和案卷已经全部整理完毕。根据有关文件精神，我们对馆藏进行了认真的清点工作，请大家知悉并遵照执行。\n民国三十五年八月，临溪县人民政府的前身发出了第一号通知，要求各乡镇在一个月之内把历年来积存的文件、账册、图纸、照片和契约全部登记造册并报送县里统一保管，任何人不得私自销毁或者转移，违者一律从严处理。\n😀电话13800138000，身份证11010519491231002X。';
for (const [dark, width] of [[false, 1280], [true, 1280], [false, 768]]) {
  const { context, page } = await desk(running, { width, height: 900 });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  page.on('console', (m) => m.type() === 'error' && console.log('ERR', m.text()));
  await enter(page, 'editor');
  for (const tab of ['terms', 'listed', 'weights', 'topics', 'trial']) {
    await page.goto(`${base}/push/words?tab=${tab}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    if (tab === 'trial') { await page.getByLabel('贴一段文字试试').fill(text); await page.waitForTimeout(2500); }
    else await page.waitForTimeout(1200);
    if (tab === 'topics') { await page.screenshot({ path: '/tmp/help-shot-dbg.png' }); await page.getByLabel('新闻标题').fill('1958年临溪县水利局建成桥头水库'); await page.getByRole('button', { name: '找档案' }).first().click(); await page.waitForTimeout(2000); }
    await page.screenshot({ path: `/tmp/help-shot-${tab}-${dark ? 'dark' : 'light'}-${width}.png`, fullPage: true });
  }
  await context.close();
}
await running.close();
