/** The chat page: one merchant at a time, what he or she does, and what comes back. phone.js draws the chat, panel.js
 *  the developer panel; the server's part is app.ts. */
import { createPanel } from './panel.js';
import { createPhone } from './phone.js';

const KEPT = 'playground-chat';
const byId = (id) => document.getElementById(id);
const words = document.body.dataset;
const phone = createPhone(document, { onAct: act });
const panel = createPanel(document);

/** The chat so far; kept in the tab's session storage, so that a restart of the server does not lose it. */
let chat = { openId: '', mode: 'plain', followed: false, items: [] };
let modes = ['plain'];
let pending = 0;
let lastReply;

async function call(path, body) {
  const options =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/playground/api/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? String(response.status));
  return answer;
}

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(chat));
}

function add(item) {
  const full = { at: Date.now(), ...item };
  chat.items.push(full);
  keep();
  return phone.draw(full);
}

/** Sends what the person did. `shown` says how it looks in the chat; without a look it is not seen there. */
async function act(what, shown) {
  const { openId } = chat;
  const node = add({ kind: shown.look ? 'out' : 'unseen', ...shown });
  setPending(1);
  try {
    const exchange = await call('send', { openId, mode: chat.mode, act: what });
    panel.add(shown.turn.text || what.kind, exchange);
    // Another merchant has sat down, or this one has left: nobody is there to read it.
    if (openId !== chat.openId || !chat.followed) return;
    lastReply = exchange.reply;
    if (exchange.outcome === 'fault') add({ kind: 'banner', fault: exchange.fault });
    else if (exchange.reply?.type === 'transfer_customer_service')
      add({ kind: 'note', text: words.transfer });
    else if (exchange.outcome === 'reply') add({ kind: 'in', reply: exchange.reply });
  } catch (error) {
    node?.classList.add('unsent');
    if (openId === chat.openId) complain(error);
  } finally {
    setPending(-1);
  }
}

function complain(error) {
  add({ kind: 'note', text: `${words.unsent}\n${error.message}` });
}

function setPending(step) {
  pending += step;
  phone.setTyping(pending > 0);
}

async function another() {
  closeSheet();
  const { openId } = await call('merchants', {});
  chat = { openId, mode: chat.mode, followed: false, items: [] };
  lastReply = undefined;
  keep();
  redraw();
}

function redraw() {
  phone.clear(chat.openId);
  panel.setMerchant(chat.openId);
  for (const toggle of document.querySelectorAll('[data-safe]')) {
    toggle.checked = chat.mode === 'safe';
    toggle.disabled = !modes.includes('safe') || modes.length === 1;
  }
  phone.show(chat.followed ? 'chat' : 'profile');
  for (const item of chat.items) phone.draw(item, false);
}

function follow() {
  chat.followed = true;
  phone.show('chat');
  // On a real phone the keyboard would cover the welcome.
  byId(window.matchMedia('(min-width: 900px)').matches ? 'input' : 'log').focus({ preventScroll: true });
  return act({ kind: 'event', event: 'subscribe', key: '' }, { turn: { kind: 'act', text: words.follow } });
}

async function unfollow() {
  closeSheet();
  const sent = act(
    { kind: 'event', event: 'unsubscribe', key: '' },
    { turn: { kind: 'act', text: words.unfollow } },
  );
  chat.followed = false;
  chat.items = [];
  keep();
  redraw();
  await sent;
}

function say() {
  const input = byId('input');
  const text = input.value;
  if (text.trim() === '') return;
  input.value = '';
  phone.grow();
  void act({ kind: 'text', text }, { look: 'text', text, turn: { kind: 'say', text } });
}

/** Everything that is not typed. Place and link are examples; the platform fills in the rest. */
function sendThing(kind) {
  phone.showTray(false);
  const input = byId('input');
  const name = words[kind];
  const turn = { kind: 'act', text: name };
  if (kind === 'voice') {
    const recognition = input.value.trim();
    input.value = '';
    phone.grow();
    const spoken = recognition === '' ? { turn } : { turn: { kind: 'say', text: recognition } };
    return act(
      { kind, ...(recognition === '' ? {} : { recognition }) },
      { look: kind, text: recognition, ...spoken },
    );
  }
  if (kind === 'location') {
    const place = { latitude: 23.129, longitude: 113.264, label: words.place };
    return act({ kind, ...place }, { look: kind, text: words.place, turn });
  }
  if (kind === 'link') {
    const page = { title: words.page, description: words.shared, url: 'https://www.example.test/page' };
    return act({ kind, ...page }, { look: kind, text: words.page, turn });
  }
  return act({ kind }, { look: kind, text: name, turn });
}

async function again(button) {
  const how = button.dataset.again;
  const url = how === 'other' ? byId('other').value.trim() : undefined;
  if (url === '') return panel.note('again-note', 'Enter the address of the other process first.', true);
  const label = button.textContent;
  button.disabled = true;
  try {
    for (let left = how === 'later' ? 5 : 0; left > 0; left -= 1) {
      button.textContent = `In ${left} s …`;
      await new Promise((done) => setTimeout(done, 1000));
    }
    const exchange = await call('resend', { openId: chat.openId, ...(url ? { url } : {}) });
    panel.add('sent again', exchange);
    const same = JSON.stringify(exchange.reply) === JSON.stringify(lastReply);
    panel.note(
      'again-note',
      same ? 'The same answer as the first time.' : 'Another answer than the first time.',
      !same,
    );
  } catch (error) {
    panel.note('again-note', error.message, true);
  } finally {
    button.textContent = label;
    button.disabled = false;
  }
}

async function setDay(day) {
  try {
    const { today } = await call('today', { day });
    panel.setToday(today);
    panel.note('day-note', `Today is ${today} from the next message on.`);
  } catch (error) {
    panel.note('day-note', error.message, true);
  }
}

async function setFaults() {
  try {
    await call('faults', { storeAway: byId('store-away').checked, slowMs: Number(byId('slow').value) });
    panel.note('day-note', 'Holds from the next message on.');
  } catch (error) {
    panel.note('day-note', error.message, true);
  }
}

async function saveStory() {
  if (chat.items.some((item) => item.kind === 'banner')) {
    return panel.note('story-note', 'The chat holds a fault notice; a story cannot tell that.', true);
  }
  const turns = chat.items.flatMap((item) => {
    if (item.turn) return [item.turn];
    return item.kind === 'in' && item.reply.text !== '' ? [{ kind: 'hear', text: item.reply.text }] : [];
  });
  try {
    const { file } = await call('stories', {
      slug: byId('story-slug').value,
      title: byId('story-title').value,
      turns,
    });
    panel.note('story-note', `Saved as ${file}.`);
  } catch (error) {
    panel.note('story-note', error.message, true);
  }
}

function setSafe(on) {
  chat.mode = on ? 'safe' : (modes.find((mode) => mode !== 'safe') ?? 'safe');
  keep();
  for (const toggle of document.querySelectorAll('[data-safe]')) toggle.checked = on;
}

function openSheet(open) {
  byId('sheet').hidden = !open;
  document.querySelector('[data-do="more"]').setAttribute('aria-expanded', String(open));
}

function closeSheet() {
  openSheet(false);
}

function openPanel(open) {
  byId('panel').classList.toggle('open', open);
  byId('phone').inert = open;
  const focus = open ? '[data-do="panel-close"]' : `.screen:not([hidden]) [data-do="panel"]`;
  document.querySelector(focus)?.focus();
}

const DO = {
  follow,
  unfollow,
  another,
  more: () => openSheet(byId('sheet').hidden),
  tray: () => phone.showTray(byId('tray').hidden),
  'to-menu': () => phone.showMenu(true),
  'to-keyboard': () => {
    phone.showMenu(false);
    byId('input').focus();
  },
  panel: () => openPanel(true),
  'panel-close': () => openPanel(false),
  'real-day': () => setDay(null),
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.do) Promise.resolve(DO[button.dataset.do]()).catch(complain);
  if (button?.dataset.send) void sendThing(button.dataset.send);
  if (button?.dataset.again) void again(button);
  if (!event.target.closest('#sheet, [data-do="more"]')) closeSheet();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  closeSheet();
  phone.closePopups();
  if (byId('panel').classList.contains('open')) openPanel(false);
});
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-safe]')) setSafe(event.target.checked);
  if (event.target.matches('#store-away, #slow')) void setFaults();
});
byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  say();
});
byId('input').addEventListener('keydown', (event) => {
  // While an input method composes, Enter takes a candidate and sends nothing.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say();
});
byId('input').addEventListener('focus', () => phone.showTray(false));
byId('day-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void setDay(byId('day').value);
});
byId('story-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void saveStory();
});
window.matchMedia('(min-width: 900px)').addEventListener('change', () => {
  byId('panel').classList.remove('open');
  byId('phone').inert = false;
});

function tick() {
  const now = new Date();
  byId('clock').textContent = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`;
  setTimeout(tick, 60_000 - (now.getTime() % 60_000));
}

async function begin() {
  tick();
  const start = await call('start');
  modes = start.modes;
  phone.setAccount(start.account);
  phone.setMenu(start.menu.buttons);
  panel.setToday(start.today);
  if (!start.stories) {
    byId('story-save').disabled = true;
    panel.note('story-note', 'Saving is off here: no folder for stories is set.');
  }
  const kept = sessionStorage.getItem(KEPT);
  chat = kept === null ? { ...chat, mode: start.modes[0] } : JSON.parse(kept);
  if (!modes.includes(chat.mode)) chat.mode = modes[0];
  if (chat.openId === '') await another();
  else redraw();
}

try {
  await begin();
} catch (error) {
  byId('introduction').textContent = `${words.unsent} ${error.message}`;
  document.querySelector('[data-do="follow"]').disabled = true;
  phone.show('profile');
}
