// No barrier on any page of the console, light and dark: the routes in its source are the list, so a new page needs a line here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { approved, cover, written } from '../../article.mjs';
import { findings } from '../../axe.mjs';
import { csv, upload } from '../../catalogue.mjs';
import { browser, heading } from '../../hall.mjs';
import { bringDue, draft } from '../../review.mjs';
import { compared, routes } from '../../routes.mjs';
import { api, base, desk, enter, follower, loaded } from '../../staff.mjs';

/** Names that no other run has used, so that a demo may be tested again. */
const stamp = Date.now().toString(36).toUpperCase();

/** A page that is reached by its address. */
const at = (path) => (page) => page.goto(`${base}${path}`);

/** A page that is reached from a list, by its first link there. */
function from(path, selector) {
  return async (page) => {
    await page.goto(`${base}${path}`);
    await loaded(page);
    const href = await page.getByRole('main').locator(selector).first().getAttribute('href');
    await page.goto(new URL(href, page.url()).href);
  };
}

async function sceneCode(page) {
  await page.goto(`${base}/official-accounts/codes`);
  await loaded(page);
  await page.getByRole('button', { name: '做一个二维码' }).first().click();
  await page.getByLabel('名称', { exact: true }).fill(`阅览室 ${stamp}`);
  await page.getByLabel('场景值', { exact: true }).fill(`ROOM-${stamp}`);
  await page.getByRole('button', { name: '做二维码', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: `阅览室 ${stamp}`, exact: true }).click();
}

async function reviewBatch(page) {
  const titles = [`关于${stamp}号提灌站的报告`];
  await bringDue(page, { fonds: `W${stamp}`, titles });
  await draft(page, `W${stamp}`);
}

async function pushDraft(page) {
  await page.goto(`${base}/push/drafts`);
  await loaded(page);
  await page.getByRole('button', { name: '新建推文' }).first().click();
  await page.getByRole('button', { name: '开始写' }).click();
  await page.waitForURL(/\/push\/drafts\/[0-9a-f-]{36}$/);
  await page.getByRole('button', { name: '小标题' }).click();
}

/** A text that an editor wrote and the director approved: the page where it is planned. */
async function newPlan(page) {
  const editor = await desk(running);
  await enter(editor.page, 'editor');
  const { id } = await api(editor.page, 'POST', '/api/v1/push/drafts', { account: 'demo', kind: 'text' });
  const path = `/api/v1/push/drafts/${id}`;
  const { saves } = await api(editor.page, 'GET', path);
  const body = { kind: 'text', text: `参观须知 ${stamp}` };
  const saved = await api(editor.page, 'PUT', path, { account: 'demo', body, began_from: saves });
  await api(editor.page, 'POST', `${path}/submit`, { began_from: saved.saves });
  await editor.context.close();
  const seen = await api(page, 'GET', path);
  await api(page, 'POST', `${path}/approve`, { version: seen.draft.version, digest: seen.digest });
  await page.goto(`${base}/push/plans/new?draft=${id}`);
}

async function onePlan(page) {
  await newPlan(page);
  const draft = new URL(page.url()).searchParams.get('draft');
  const { digest } = await api(page, 'GET', `/api/v1/push/drafts/${draft}`);
  const scheduled_at = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 19) + 'Z';
  const plan = await api(page, 'POST', '/api/v1/push/plans', { draft, digest, audience: { kind: 'everyone' }, scheduled_at });
  await page.goto(`${base}/push/plans/${plan.id}`);
}

/** The comments of an article that went out: of the last one, or of one that is sent now if there is none yet. */
async function comments(page) {
  const results = async () => (await api(page, 'GET', '/api/v1/push/results')).items;
  if ((await results()).length === 0) {
    // What reaches nobody is no article.
    await follower(`读者${stamp}`);
    const editor = await desk(running);
    await enter(editor.page, 'editor');
    const title = `参观须知 ${stamp}`;
    const draft = await written(editor.page, { title, blocks: [{ kind: 'heading', text: title }], picture: await cover(editor.page, title) });
    const digest = await approved(editor.page, page, draft);
    await editor.context.close();
    const { id } = await api(page, 'POST', '/api/v1/push/plans', { draft, digest, audience: { kind: 'everyone' } });
    // WeChat knows of comments once it has sent it.
    const stage = async () => (await api(page, 'GET', `/api/v1/push/plans/${id}`)).plan.stage;
    for (const deadline = Date.now() + 30_000; (await stage()) !== 'sent'; ) {
      assert.ok(Date.now() < deadline, 'the article goes out');
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  }
  await page.goto(`${base}/push/results/${(await results())[0].id}/comments`);
}

/** Each route with who walks to it, how, and the heading that shows it is the right page. */
const WALKED = {
  nobody: [
    ['/sign-in', at('/sign-in'), '登录'],
    ['/first-start', at('/first-start'), '首次设置'],
  ],
  archivist: [
    ['/', at('/'), '工作台'],
    ['/records', at('/records'), '目录'],
    ['/records/:id', from('/records', 'a[href*="/records/"]'), /.{4,}/],
    ['/imports', at('/imports'), '导入目录'],
    ['/imports/new', at('/imports/new'), '导入目录'],
    ['/imports/:id', (page) => upload(page, `${stamp}.csv`, csv([])), `${stamp}.csv`],
    ['/batches', at('/batches'), '导入批次'],
    ['/batches/:number', from('/batches', 'a[href*="/batches/"]'), /^导入批次 \d+$/],
    ['/review', at('/review'), '开放审核'],
    ['/review/new', at('/review/new'), '新建审核批次'],
    ['/review/:number', reviewBatch, /开放审核$/],
    ['/gaps', at('/gaps'), '读者没找到的'],
    ['/export', at('/export'), '导出目录'],
    ['/mappings', at('/mappings'), '保存的对应关系'],
    ['/consult', at('/consult'), '咨询收件箱'],
    ['/consult/unanswered', at('/consult/unanswered'), '未答上的问题'],
    ['/consult/canned', at('/consult/canned'), '快捷答复'],
    ['/consult/handling', at('/consult/handling'), '办理规则'],
    ['/consult/figures', at('/consult/figures'), '咨询统计'],
    ['/push/results', at('/push/results'), '推文效果'],
    ['/push/notices', at('/push/notices'), '通知模板'],
    ['/rules', at('/rules'), '自动回复'],
    ['/rules/:id', from('/rules', 'a[href*="/rules/"]:not([href$="/new"])'), /^规则“/],
    ['/faqs', at('/faqs'), '常见问题'],
    ['/faqs/measure', at('/faqs/measure'), '命中率'],
    ['/faqs/:id', from('/faqs', 'a[href*="/faqs/"]:not([href$="/measure"]):not([href$="/new"])'), /？$/],
    ['/subjects', at('/subjects'), '专题目录'],
    ['/subjects/:code', from('/subjects', '.el-table a[href*="/subjects/"]'), /^.{2,}/],
    ['/authorities', at('/authorities'), '规范档'],
    ['/push/materials', at('/push/materials'), '素材库'],
    ['/push/materials/account', at('/push/materials/account'), '公众号里的素材'],
    ['/personal-lists', at('/personal-lists'), '名单导出'],
    ['/account', at('/account'), '我的账号'],
    ['/:rest(.*)*', at('/no/such/page'), '没有这个页面'],
  ],
  editor: [
    ['/official-accounts', at('/official-accounts'), '公众号连接'],
    ['/official-accounts/menu', at('/official-accounts/menu'), '自定义菜单'],
    ['/official-accounts/codes', at('/official-accounts/codes'), '二维码'],
    ['/official-accounts/codes/:account/:scene', sceneCode, `阅览室 ${stamp}`],
    ['/push/drafts', at('/push/drafts'), '推文'],
    ['/push/drafts/:id', pushDraft, '（还没有标题）'],
    ['/push/plans', at('/push/plans'), '群发计划'],
    ['/push/publications', at('/push/publications'), '已发布'],
    ['/push/words', at('/push/words'), '用语与选题'],
    ['/house/profile', at('/house/profile'), '基本信息'],
    ['/house/hours', at('/house/hours'), '开放时间与日历'],
    ['/house/notices', at('/house/notices'), '公告'],
    ['/house/texts', at('/house/texts'), '办事指南与网站文字'],
  ],
  director: [
    ['/push/plans/new', newPlan, '安排群发'],
    ['/push/plans/:id', onePlan, `参观须知 ${stamp}`],
    ['/push/results/:id/comments', comments, '留言'],
  ],
  'security-administrator': [['/staff', at('/staff'), '工作人员']],
  auditor: [['/audit', at('/audit'), '审计日志']],
  'system-administrator': [
    ['/system/settings', at('/system/settings'), '设置'],
    ['/system/jobs', at('/system/jobs'), '后台任务'],
    ['/system/backup', at('/system/backup'), '备份'],
  ],
};

let running;
before(async () => { running = await browser(); });
after(() => running.close());

/** The page that is expected has loaded whole, and nothing else has. */
async function arrived(page, expected) {
  // The doors have no menu; what they load shows before their heading.
  if (await page.getByRole('navigation', { name: '主菜单' }).count() > 0) await loaded(page);
  const h1 = page.locator('h1').filter({ hasText: expected });
  await h1.waitFor();
  await heading(page, expected);
}

async function dark(page, isDark) {
  await page.evaluate((on) => document.documentElement.classList.toggle('dark', on), isDark);
}

test('every route of the console is walked', async () => {
  const walked = Object.values(WALKED).flat().map(([path]) => path);
  assert.deepEqual(compared(await routes(), walked), { unwalked: [], unknown: [] });
  assert.equal(new Set(walked).size, walked.length, 'each once');
});

test('a route that is not walked is named', () => {
  assert.deepEqual(compared(['/a', '/b/:id'], ['/a', '/c']), { unwalked: ['/b/:id'], unknown: ['/c'] });
});

for (const [user, pages] of Object.entries(WALKED)) {
  test(`no page of ${user} has a barrier`, async (t) => {
    const { context, page, complaints } = await desk(running);
    if (user !== 'nobody') await enter(page, user);
    const found = [];
    for (const [path, open, expected] of pages) {
      await open(page);
      await arrived(page, expected);
      assert.doesNotMatch(await page.locator('h1').innerText(), /^需要.*权限$/, `${user} may see ${path}`);
      for (const isDark of [false, true]) {
        await dark(page, isDark);
        const barriers = await findings(page);
        found.push(...barriers.map((one) => `${path}, ${isDark ? 'dark' : 'light'}: ${one}`));
      }
      await dark(page, false);
      t.diagnostic(`${path}: ${await page.locator('h1').innerText()}`);
    }
    assert.deepEqual(found, []);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test('a planted fault is found on a page of each account', async () => {
  for (const [user, [[path, open, expected]]] of Object.entries(WALKED)) {
    const { context, page } = await desk(running);
    if (user !== 'nobody') await enter(page, user);
    await open(page);
    await arrived(page, expected);
    await page.evaluate(() => {
      const pale = document.createElement('p');
      pale.textContent = '看不清的字';
      pale.style.cssText = 'color: #ccc; background: #fff';
      (document.querySelector('main') ?? document.body).append(pale, document.createElement('button'));
    });
    const found = (await findings(page)).join('\n');
    assert.match(found, /color-contrast/, path);
    assert.match(found, /button-name/, path);
    await context.close();
  }
});
