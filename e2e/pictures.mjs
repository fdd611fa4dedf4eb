// Takes the pictures of docs/images from a running demo: node pictures.mjs FOLDER [hall|console|themes]
import { approved, cover, quotation, recording, written } from './article.mjs';
import { bringIn, csv, openBatch, takeBack, tryOut, upload } from './catalogue.mjs';
import { account, browser, phone, recordAddress, sandbox, site } from './hall.mjs';
import { colleague, confirm, draft, sayOf, sayRest, stands } from './review.mjs';
import { api, base, desk, enter, follower, loaded } from './staff.mjs';

const folder = process.argv[2] ?? '../docs/images';
const part = process.argv[3];
const running = await browser();

async function page(name, url, options = {}) {
  const context = await phone(running, options);
  const shown = await context.newPage();
  await shown.goto(url);
  await shown.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}

async function chat(name) {
  const context = await running.newContext({ viewport: { width: 1280, height: 920 }, locale: 'zh-CN' });
  const shown = await context.newPage();
  await shown.goto(`${sandbox}/#/${account}`);
  const follow = shown.getByRole('button', { name: '关注公众号' });
  if (await follow.isVisible()) await follow.click();
  const answers = shown.locator('#chat .row.theirs .bubble, #chat .row.wide');
  await answers.first().waitFor();
  for (const words of ['请问几点开门？', '粤府〔2023〕68号']) {
    const before = await answers.count();
    if (await shown.locator('#to-text').isVisible()) await shown.locator('#to-text').click();
    await shown.getByLabel('输入消息').fill(words);
    await shown.getByLabel('输入消息').press('Enter');
    await answers.nth(before).waitFor();
  }
  // The follow and the two questions, as the panel tells them.
  await shown.locator('#panel-body details').nth(2).waitFor();
  await shown.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}

async function hall() {
  const search = `${site}/search?q=${encodeURIComponent('水利 1988年')}`;
  const record = await recordAddress(running);
  await page('home', `${site}/`);
  await page('search', search);
  await page('record', record);
  await page('large-type', search, { large: true });
  await page('dark', record, { dark: true });
  await page('guide', `${site}/guide`);
  await page('browse', `${site}/browse`);
  await page('nothing-found', `${site}/search?q=${encodeURIComponent('䶮鿃龘')}`);
  await chat('phone');
}

/** Signs in and shows some pages of the console: name of the picture, path, what to do before it is taken and after. */
async function work(user, pictures) {
  const { context, page: shown } = await desk(running, { height: 920 });
  await enter(shown, user);
  for (const [name, path, prepare, tidy] of pictures) {
    await shown.goto(`${base}${path}`);
    await loaded(shown);
    await prepare?.(shown);
    // Neither a button under the mouse nor one on its way to its colour.
    await shown.mouse.move(1270, 70, { steps: 5 });
    await shown.waitForTimeout(400);
    await shown.screenshot({ path: `${folder}/console-${name}.png` });
    await tidy?.(shown);
  }
  await context.close();
}

async function signIn() {
  const { context, page: shown } = await desk(running, { height: 920 });
  await shown.goto(`${base}/`);
  await shown.getByRole('button', { name: '登录' }).waitFor();
  await shown.screenshot({ path: `${folder}/console-sign-in.png` });
  await context.close();
}

async function ask() {
  const reader = await follower('林岚');
  await reader.say('请问几点开门？');
  await reader.hears('开放时间');
  await reader.say('转人工');
  await reader.say('我父亲 1986 年从县纺织厂退休，办工龄证明要查哪些档案？');
  const another = await follower('陈默');
  await another.say('转人工');
  await another.say('想看民国时期的县志，能拍照吗？');
}

async function answer(shown) {
  await shown.getByRole('link').filter({ hasText: '工龄证明' }).click();
  await shown.getByRole('button', { name: '接手', exact: true }).click();
  const box = shown.getByRole('textbox', { name: /^回复/ });
  await box.fill('您好。工龄证明一般查招工登记表、职工花名册和退休审批表。请带上您父亲和您的身份证、户口簿来馆，我们先按姓名替您找。');
  await box.press('Control+Enter');
  await shown.getByRole('article').last().getByText('已发送').waitFor();
  // The short message of what was done goes by itself.
  await shown.locator('.el-message').first().waitFor({ state: 'detached' });
  await box.fill('来馆前可以先打电话，');
}

async function write(shown) {
  await shown.getByLabel('规则名称').fill('族谱');
  await shown.getByRole('textbox', { name: '第 1 条，关键词' }).fill('族谱');
  await shown.getByRole('textbox', { name: '第 1 条的文字' }).fill('族谱可以到馆查阅，请带身份证。{now}');
  await shown.getByLabel('读者说').fill('有没有林氏族谱？');
  await shown.getByRole('button', { name: '试一试' }).click();
  await shown.getByText('依次问过').waitFor();
}

async function list(shown) {
  await shown.getByLabel('题名、人名、档号、文号').fill('防汛 通知 1980年代');
  await shown.getByRole('button', { name: '筛选' }).click();
  await shown.getByText('理解为').waitFor();
  await loaded(shown);
}

const RECORD = '临溪县革命委员会水利局关于龙潭水库汛期调度方案的批复';

async function one(shown) {
  await shown.getByLabel('题名、人名、档号、文号').fill('L007-001-025-006');
  await shown.getByRole('button', { name: '筛选' }).click();
  await shown.getByRole('link', { name: RECORD }).click();
  await shown.getByRole('heading', { level: 1, name: RECORD }).waitFor();
  await loaded(shown);
}

const FILE = '水利局1988年补录.csv';
const ENTRIES = [
  ['关于高岭渠清淤的通知', '19880219', '长期'],
  ['关于柳坪机电排灌站验收的批复', '19880412', '永久'],
  ['', '19880507', '长期'],
  ['关于增设杉木冲雨量点的请示', '19880623', '短期'],
  ['关于渠道水费征收的报告', '19881350', '长期'],
  ['1988年水利工作总结', '19881226', '永久'],
];

async function tried(shown) {
  const rows = ENTRIES.map(([title, date, term], n) => (
    [`L007-001-039-${String(n + 8).padStart(3, '0')}`, title, date, '临溪县水利局', term, '未审核']
  ));
  await upload(shown, FILE, csv(rows));
  await tryOut(shown);
}

async function landed(shown) {
  await shown.getByRole('link', { name: FILE }).first().click();
  await shown.getByRole('heading', { level: 1, name: FILE }).waitFor();
  await loaded(shown);
  await bringIn(shown);
  await openBatch(shown);
}

/** Scrolls to the section of something, below the header that stays. */
function below(one) {
  scrollTo(0, one.closest('section').getBoundingClientRect().top + scrollY - 72);
}

/** A picture of what a desk shows now, scrolled to the top or to a part of it. */
async function picture(shown, name, part) {
  await shown.locator('.el-message').first().waitFor({ state: 'detached' });
  if (part) await shown.getByRole('heading', { level: 2, name: part }).evaluate(below);
  else await shown.evaluate(() => scrollTo(0, 0));
  await shown.mouse.move(1270, 70, { steps: 5 });
  await shown.waitForTimeout(400);
  await shown.screenshot({ path: `${folder}/console-${name}.png` });
}

/** One batch from its draft to the list of what it opened, by three persons. */
async function review() {
  const [first, head] = [await desk(running, { height: 920 }), await desk(running, { height: 920 })];
  await enter(first.page, 'archivist');
  await enter(head.page, 'director');
  const second = await colleague(running, '陈复审');
  const batch = await draft(first.page, 'L009');
  await sayOf(first.page, 'L009-001-001-006', { verdict: '延期开放', reason: '个人信息、知识产权', reviewOn: '2040-01-02', text: '涉及个人处分' });
  await picture(first.page, 'review-batch', '下一步：初审');
  await sayRest(first.page, { verdict: '开放' });
  await second.page.goto(batch);
  await stands(second.page, '复审');
  await sayRest(second.page, { verdict: '开放' });
  await stands(second.page, '送交会审');
  await first.page.goto(batch);
  await stands(first.page, '送交会审');
  await first.page.locator('label').filter({ hasText: '由本馆单独审核' }).click();
  await first.page.getByLabel('为什么单独审核').fill('粮食局已撤销，没有继承单位');
  await first.page.getByRole('button', { name: '由本馆单独审核' }).click();
  await confirm(first.page, '由本馆单独审核');
  await head.page.goto(batch);
  await stands(head.page, '终审');
  await head.page.getByRole('button', { name: '一起另定' }).click();
  await head.page.getByRole('dialog').locator('label').filter({ hasText: '开放' }).first().click();
  await confirm(head.page, '照这样定');
  await head.page.getByLabel('批准文号').fill('临档发〔2026〕12号');
  await picture(head.page, 'review-decision', '下一步：终审');
  await head.page.getByRole('button', { name: '作出终审决定' }).click();
  await confirm(head.page, '作出终审决定');
  await head.page.getByRole('button', { name: '执行决定' }).click();
  await confirm(head.page, '执行决定');
  await head.page.getByText('开放目录共').waitFor();
  await picture(head.page, 'review-opened', '公告和开放目录');
  for (const { context } of [first, second, head]) await context.close();
}

async function originals(shown) {
  await shown.getByLabel('题名、人名、档号、文号').fill('L001-001-001-001');
  await shown.getByRole('button', { name: '筛选' }).click();
  await shown.getByRole('link', { name: '为颁发青山乡人民政府印信希查收由' }).click();
  await shown.getByRole('region', { name: '原件' }).locator('img').first().waitFor();
  await loaded(shown);
  await shown.getByRole('region', { name: '原件' }).evaluate(below);
}

const IN_VAIN = ['民国契税执照存根', '飞艇航线勘测日志', '电影放映队巡回日程'];

async function missed() {
  for (const words of IN_VAIN) await fetch(`${site}/search?q=${encodeURIComponent(words)}`);
}

/** What was asked in vain is written down once a minute. */
async function gaps(shown) {
  while (await shown.getByText(IN_VAIN.at(-1)).count() === 0) {
    await shown.waitForTimeout(3000);
    await shown.reload();
    await loaded(shown);
  }
}

async function heading(shown) {
  await shown.locator('.el-table a[href*="/subjects/"]').nth(1).click();
  await shown.getByRole('heading', { level: 1 }).waitFor();
  await loaded(shown);
}

async function lookUp(shown) {
  await shown.getByRole('button', { name: '临溪县农业局', exact: true }).click();
  await shown.getByRole('heading', { level: 3 }).first().waitFor();
}

async function request(shown) {
  await shown.getByRole('button', { name: '导出名单', exact: true }).click();
  const dialog = shown.getByRole('dialog', { name: '导出名单' });
  await dialog.getByText(/^\d+ 条$/).waitFor();
  await dialog.getByLabel('用途').fill('回访本月咨询过的读者，了解是否满意');
}

async function requested(shown) {
  await shown.getByRole('button', { name: '申请导出' }).click();
  await shown.getByRole('dialog', { name: '导出名单' }).waitFor({ state: 'detached' });
}

const paragraph = (text) => ({ kind: 'text', runs: [{ text }] });

/** The draft that was written, to be planned. */
let article;

async function compose(shown) {
  const record = await quotation(shown, '龙潭水库');
  article = await written(shown, {
    title: '龙潭水库：三万人修了两个冬天',
    digest: '馆藏档案里的一座水库',
    picture: await cover(shown, '龙潭水库'),
    blocks: [
      { kind: 'heading', text: '1958 年的冬天' },
      paragraph('这一年秋收过后，全县各公社的民工背着被子、挑着土箕，来到龙潭。'),
      { ...record, text: '各公社按劳力三成抽调民工，自带工具和口粮。' },
      { kind: 'timeline', entries: [{ date: '1958 年 10 月', text: '水库开工' }, { date: '1960 年春', text: '大坝合龙，开始蓄水' }] },
      paragraph('这批全宗的案卷已经开放，到馆就能看。'),
    ],
  });
  await shown.goto(`${base}/push/drafts/${article}`);
  await loaded(shown);
  await shown.getByRole('region', { name: '质量检查' }).getByText(/灯$/).first().waitFor();
  await shown.frameLocator('iframe[title="读者看到的文章"]').getByRole('heading', { level: 1 }).waitFor();
  await shown.getByRole('heading', { level: 2, name: '手机上的样子' }).evaluate((one) => scrollTo(0, one.getBoundingClientRect().top + scrollY - 84));
}

/** One article in the six themes, as the phone beside the editor shows it, on one sheet. */
async function themes() {
  const { context, page: shown } = await desk(running, { height: 1000 });
  await enter(shown, 'editor');
  const record = await quotation(shown, '龙潭水库');
  const id = await written(shown, {
    title: '龙潭水库：三万人修了两个冬天',
    picture: await cover(shown, '龙潭水库'),
    blocks: [
      { kind: 'heading', text: '1958 年的冬天' },
      paragraph('这一年秋收过后，全县各公社的民工背着被子、挑着土箕，来到龙潭。'),
      { ...record, text: '各公社按劳力三成抽调民工，自带工具和口粮。' },
      {
        ...(await recording(shown, '老民工谈修水库')),
        seconds: 155,
        transcript: '那年冬天我们村去了四十个人，住的是茅棚，天不亮就上工。',
        page: 'https://lxdag.example/articles',
      },
      { kind: 'timeline', entries: [{ date: '1958 年 10 月', text: '水库开工' }, { date: '1960 年春', text: '大坝合龙，开始蓄水' }] },
    ],
  });
  const names = { official: '公务', newspaper: '报纸', manuscript: '手稿', letterhead: '红头', album: '相册', children: '少儿' };
  const sheet = [];
  for (const [theme, name] of Object.entries(names)) {
    const { body, saves } = await api(shown, 'GET', `/api/v1/push/drafts/${id}`);
    body.articles[0].article.theme = theme;
    await api(shown, 'PUT', `/api/v1/push/drafts/${id}`, { account: 'demo', body, began_from: saves });
    await shown.goto(`${base}/push/drafts/${id}`);
    await loaded(shown);
    await shown.frameLocator('iframe[title="读者看到的文章"]').getByText('大坝合龙').waitFor();
    const picture = await shown.locator('.phone').screenshot();
    sheet.push(`<figure><img src="data:image/png;base64,${picture.toString('base64')}"><figcaption>${name}</figcaption></figure>`);
  }
  const style = 'body{margin:0;padding:20px;background:#fff;display:grid;grid-template-columns:repeat(3,1fr);gap:20px;font:18px sans-serif;text-align:center}figure{margin:0}img{width:100%}';
  await shown.goto('about:blank');
  await shown.setContent(`<html lang="zh-CN"><style>${style}</style>${sheet.join('')}</html>`);
  await shown.screenshot({ path: `${folder}/article-themes.png`, fullPage: true });
  await context.close();
}

/** The same article once a second person stands behind it. */
async function plan(shown) {
  const author = await desk(running);
  await enter(author.page, 'editor');
  await approved(author.page, shown, article);
  await author.context.close();
  await shown.goto(`${base}/push/plans/new?draft=${article}`);
  await loaded(shown);
}

async function sendNow(shown) {
  await shown.getByRole('button', { name: '批准群发' }).click();
  await shown.getByRole('main').getByText('已发出').first().waitFor({ timeout: 60_000 });
}

async function staff() {
  await signIn();
  await missed();
  await ask();
  await work('archivist', [
    ['home', '/'],
    ['records', '/records', list],
    ['record', '/records', one],
    ['import', '/imports/new', tried],
    ['batch', '/imports', landed, takeBack],
    ['review', '/review'],
    ['originals', '/records', originals],
    ['subjects', '/subjects'],
    ['subject', '/subjects', heading],
    ['authorities', '/authorities', lookUp],
    ['export', '/export'],
    ['gaps', '/gaps', gaps],
    ['inbox', '/consult', answer],
    ['personal-list', '/consult?state=all', request, requested],
    ['rules', '/rules'],
    ['rule', '/rules/new', write],
    ['faqs', '/faqs'],
  ]);
  await work('editor', [
    ['measure', '/faqs/measure'],
    ['unanswered', '/consult/unanswered'],
    ['canned', '/consult/canned'],
    ['handling', '/consult/handling'],
    ['figures', '/consult/figures'],
    ['official-accounts', '/official-accounts'],
    ['menu', '/official-accounts/menu'],
    ['codes', '/official-accounts/codes'],
    ['house', '/house/profile'],
    ['hours', '/house/hours'],
    ['notices', '/house/notices'],
    ['texts', '/house/texts'],
    ['account', '/account'],
    ['draft', '/push/drafts', compose],
    ['drafts', '/push/drafts'],
    ['materials', '/push/materials'],
    ['words', '/push/words'],
  ]);
  await work('director', [
    ['plan-new', '/push/plans', plan, sendNow],
    ['plans', '/push/plans'],
    ['results', '/push/results'],
    ['push-notices', '/push/notices'],
  ]);
  await work('system-administrator', [
    ['settings', '/system/settings'],
    ['jobs', '/system/jobs'],
    ['backup', '/system/backup'],
  ]);
  await work('security-administrator', [['staff', '/staff'], ['personal-lists', '/personal-lists']]);
  await review();
  await work('auditor', [['audit', '/audit']]);
}

if (part === undefined || part === 'hall') await hall();
if (part !== 'hall' && part !== 'themes') await staff();
if (part !== 'hall') await themes();
await running.close();
