/* What a reader does with an article. ES2017, no dependencies. */
'use strict';

const main = document.querySelector('main');
const path = main.dataset.path;

function say(text) {
  document.querySelector('.said').textContent = text;
}

/** Tells the sandbox what was done; an error carries its own sentence. */
async function act(what) {
  const response = await fetch(path, { method: 'POST', body: JSON.stringify(what) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || '操作没有成功，请再试一次');
  return answer;
}

const SAID = { like: '', share: '已分享', favourite: '已收藏', original: '' };
const COUNTS = { like: 'liked', share: 'shared', favourite: 'favourites' };

for (const button of document.querySelectorAll('[data-act]')) {
  button.addEventListener('click', () => {
    if (!path) return;
    act({ act: button.dataset.act }).then((counts) => {
      const count = button.querySelector('b');
      if (count) count.textContent = counts[COUNTS[button.dataset.act]];
      say(SAID[button.dataset.act]);
    }, (error) => say(error.message));
  });
}

const form = document.querySelector('[data-comment]');
if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act({ act: 'comment', content: form.querySelector('textarea').value })
      .then(() => location.replace(location.pathname + '?again'), (error) => say(error.message));
  });
}
