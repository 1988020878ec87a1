'use strict';
// Changes things by the API, and says whether the page is live. All markup comes from the gateway.
(() => {
  const byId = id => document.getElementById(id);
  const TOKEN = 'gateway-token';
  const SILENT_MS = 15000; // A tick comes every 5 s.

  // ---- the token: kept in this tab, sent with changes only

  const token = () => sessionStorage.getItem(TOKEN);

  function showToken() {
    if (byId('token-form')) {
      byId('token-form').hidden = !!token();
      byId('token-known').hidden = !token();
    }
  }

  byId('token-form')?.addEventListener('submit', async event => {
    event.preventDefault();
    const given = byId('token').value.trim();
    const refused = await send('POST', '/page/token', undefined, given);
    if (refused.error) {
      say(refused.error, true);
      byId('token').select();
    } else {
      sessionStorage.setItem(TOKEN, given);
      byId('token').value = '';
      showToken();
      say('The token is right. Changes can be made now.');
    }
  });

  byId('token-forget')?.addEventListener('click', () => {
    sessionStorage.removeItem(TOKEN);
    showToken();
    byId('token').focus();
  });

  // ---- results of changes

  let undo = null;

  function say(text, isError, undoing) {
    byId('result').classList.toggle('error', !!isError);
    byId('result').hidden = false;
    byId('result-text').textContent = text;
    byId('result-undo').hidden = !undoing;
    undo = undoing || null;
  }

  byId('result-close').addEventListener('click', () => { byId('result').hidden = true; });
  byId('result-undo').addEventListener('click', () => undo && undo());

  // ---- the API

  async function send(method, path, body, as) {
    const headers = {Authorization: 'Bearer ' + as};
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    try {
      const response = await fetch(path, {method, headers, body: body && JSON.stringify(body), cache: 'no-store'});
      const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
      if (response.ok) {
        return answer;
      }
      if (response.status === 401) {
        sessionStorage.removeItem(TOKEN);
        showToken();
      }
      return {error: `Refused with ${response.status}: ${answer.error || response.statusText}`};
    } catch (e) {
      return {error: 'The gateway does not answer. It is not known whether the change was made.'};
    }
  }

  const flagPath = flag => '/api/v1/flags/' + encodeURIComponent(flag);
  const set = (flag, value) => send('PUT', flagPath(flag), {value}, token());
  const clear = flag => send('DELETE', flagPath(flag), undefined, token());

  // Tells the outcome of a call of the API.
  async function change(call, done, undoing) {
    const answer = await call;
    if (answer.error) {
      say(answer.error, true);
    } else {
      const revision = answer.revision === undefined ? '' : ` Revision ${answer.revision}.`;
      const inForce = answer.source !== undefined && answer.value !== undefined
        ? ` In force: ${answer.value}, set by ${answer.source}.` : '';
      say(done + inForce + revision, false, undoing);
    }
    htmx.trigger(document.body, 'refresh');
  }

  const actions = {
    stop(button) {
      const [flag, undoing] = button.dataset.stop.split('=');
      return change(set(flag, false), button.dataset.done, () =>
        change(undoing === 'set' ? set(flag, true) : clear(flag), 'The stop is undone.'));
    },
    set: ({dataset}) => change(set(dataset.flag, dataset.value === 'true'), dataset.done),
    clear: ({dataset}) => change(clear(dataset.flag), dataset.done),
    release: ({dataset}) => change(send(
      'POST', '/api/v1/releases/' + encodeURIComponent(dataset.route), {action: dataset.action}, token()), dataset.done),
    reset: ({dataset}) => change(send(
      'POST', '/api/v1/breakers/' + encodeURIComponent(dataset.route) + '/reset', undefined, token()), dataset.done),
  };

  function confirmed(question) {
    if (!question) {
      return Promise.resolve(true);
    }
    const dialog = byId('ask');
    byId('ask-text').textContent = question;
    dialog.returnValue = 'no';
    dialog.showModal();
    byId('ask-no').focus();
    return new Promise(resolve =>
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true}));
  }

  function hasToken() {
    if (token()) {
      return true;
    }
    say('This needs the token. Enter the content of the file that admin.token-file names.', true);
    byId('token')?.focus();
    return false;
  }

  document.addEventListener('click', async event => {
    const button = event.target.closest('button[data-do]');
    if (button && !button.disabled && hasToken() && await confirmed(button.dataset.ask)) {
      await actions[button.dataset.do](button);
    }
  });

  document.addEventListener('submit', async event => {
    if (event.target.id !== 'edit') {
      return;
    }
    event.preventDefault();
    const flag = event.target.dataset.flag, value = byId('edit-value').value;
    if (hasToken() && await confirmed(`Override ${flag} with “${value}” on all nodes?`)) {
      await change(set(flag, value), `${flag} is overridden.`, () => change(clear(flag), 'The override is cleared.'));
    }
  });

  // ---- live

  let lastTick = Date.now(), isLive = null;
  const time = () => new Date().toISOString().slice(11, 19) + ' UTC';

  function live(now) {
    const chip = byId('liveness');
    if (now) {
      lastTick = Date.now();
    }
    if (now !== isLive) {
      const wasLost = isLive === false;
      isLive = now;
      chip.className = now ? 'chip good' : 'chip bad';
      chip.textContent = now ? '● live' : '▲ not live since ' + time();
      if (now && wasLost) {
        htmx.trigger(document.body, 'refresh'); // What has changed meanwhile.
      }
    }
  }

  document.body.addEventListener('htmx:sseOpen', () => live(true));
  document.body.addEventListener('htmx:sseError', () => live(false));
  document.body.addEventListener('htmx:sseMessage', () => live(true));
  setInterval(() => Date.now() - lastTick > SILENT_MS && live(false), 1000);

  // While somebody points at the list, its rows stay where they are.
  function keepOrder(shown, news) {
    const table = news.querySelector('table');
    const known = [...shown.querySelectorAll('tbody')].map(row => news.querySelector('#' + CSS.escape(row.id)));
    const added = [...news.querySelectorAll('tbody')].filter(row => !known.includes(row));
    [...known, ...added].forEach(row => row && table.append(row));
  }

  // A part that is being clicked is not replaced, nor one that has not changed.
  let pressed = false;
  for (const [name, down] of [['pointerdown', true], ['pointerup', false], ['pointercancel', false]]) {
    document.addEventListener(name, () => { pressed = down; }, true);
  }
  document.body.addEventListener('htmx:oobBeforeSwap', event => {
    const {target, fragment} = event.detail;
    if (target.id === 'routes' && target.matches(':hover, :focus-within')) {
      keepOrder(target, fragment);
    }
    if (pressed || fragment.innerHTML === target.innerHTML) {
      event.detail.shouldSwap = false;
    }
  });

  // After a change the list and the opened flag are asked for anew.
  document.body.addEventListener('refresh', () => {
    htmx.ajax('GET', document.querySelector('#flags .list').dataset.url, {target: '#flags'});
    const edit = byId('edit');
    if (edit && !edit.contains(document.activeElement)) {
      htmx.ajax('GET', '/page/flag?flag=' + encodeURIComponent(edit.dataset.flag), {target: '#flag'});
    }
  });
  document.body.addEventListener('htmx:afterSwap', event => {
    if (event.detail.target.id === 'flag') {
      byId('flag').scrollIntoView({block: 'nearest'});
    }
  });

  document.querySelector('.routes .current')?.scrollIntoView({block: 'nearest'});
  showToken();
})();
