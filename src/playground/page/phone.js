/** The phone's screen: draws messages and the menu, and tells page.js what the person does. Message texts only ever
 *  become text nodes. */

const SVG = 'http://www.w3.org/2000/svg';
const PAUSE_MS = 5 * 60 * 1000;

/**
 * @param {Document} page
 * @param {{ onAct: (act: object, item: object) => void }} parts what a tapped option or menu entry does
 */
export function createPhone(page, { onAct }) {
  const byId = (id) => page.getElementById(id);
  const log = byId('log');
  const input = byId('input');
  const menu = byId('menu');
  const composer = byId('composer');
  const tray = byId('tray');
  let lastTime = 0;
  let tint = 0;
  let atEnd = true;

  function make(name, className, text) {
    const node = page.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function drawing(id, className) {
    const svg = page.createElementNS(SVG, 'svg');
    svg.setAttribute('class', className ?? '');
    svg.setAttribute('aria-hidden', 'true');
    const use = page.createElementNS(SVG, 'use');
    use.setAttribute('href', `#${id}`);
    svg.append(use);
    return svg;
  }

  function put(node, at) {
    if (at - lastTime > PAUSE_MS) log.append(make('p', 'time', timeOfDay(at)));
    lastTime = at;
    log.append(node);
    const tall = node.offsetHeight > log.clientHeight - 40;
    if (tall) node.scrollIntoView({ block: 'start' });
    else log.scrollTop = log.scrollHeight;
  }

  function message(side, bubble, fresh) {
    const row = make('div', `message ${side}${fresh ? ' fresh' : ''}`);
    const avatar = side === 'in' ? drawing('mascot', 'avatar') : drawing('merchant', `avatar tint-${tint}`);
    bubble.dataset.testid = `bubble-${side}`;
    const who = make('span', 'drawings', page.body.dataset[side === 'in' ? 'them' : 'me']);
    row.append(avatar, who, bubble);
    return row;
  }

  function lineOf(parts) {
    const line = make('span', 'line');
    for (const part of parts) line.append(partOf(part));
    return line;
  }

  function partOf(part) {
    if (part.kind === 'text') return page.createTextNode(part.text);
    if (part.kind === 'link') return linkTo(part.url, make('a', '', part.label));
    // No button: a button is a box, and a link in WeChat is words in a line.
    const option = make('a', 'option', part.label);
    option.setAttribute('role', 'button');
    option.tabIndex = 0;
    option.dataset.testid = 'option';
    const tap = () =>
      onAct(
        { kind: 'pick', text: part.content, id: part.menuId },
        { look: 'text', text: part.content, turn: { kind: 'tap', text: part.label } },
      );
    option.addEventListener('click', tap);
    option.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        tap();
      }
    });
    return option;
  }

  function linkTo(url, node) {
    node.href = url;
    node.target = '_blank';
    node.rel = 'noopener noreferrer';
    return node;
  }

  function cardlet(title, small, head) {
    const card = make(title.url ? 'a' : 'span', 'cardlet');
    const words = make('span', 'words');
    words.append(make('strong', '', title.text));
    if (small) words.append(make('small', '', small));
    card.append(...(head ? [head] : []), words);
    return title.url ? linkTo(title.url, card) : card;
  }

  function bubbleOfReply(reply) {
    const bubble = make('div', 'bubble');
    if (reply.type === 'text') {
      bubble.append(...reply.lines.map(lineOf));
      return bubble;
    }
    bubble.classList.add('bare');
    if (reply.type === 'news') {
      const { title, description, url } = reply.article;
      bubble.append(cardlet({ text: title, url }, description, make('span', 'map cover')));
    } else {
      const words = page.body.dataset;
      bubble.append(cardlet({ text: words[reply.type] ?? reply.type }, reply.mediaId ?? reply.agent));
    }
    return bubble;
  }

  function bubbleOfOwn({ look, text }) {
    const bubble = make('div', 'bubble');
    if (look === 'text') {
      bubble.append(make('span', 'line', text));
    } else if (look === 'voice') {
      const voice = make('span', 'voice');
      voice.append(drawing('i-wave', 'wave'), make('span', '', '3″'));
      bubble.append(voice);
      if (text) bubble.append(make('div', 'voice-words', text));
    } else {
      bubble.classList.add('bare');
      bubble.append(pictureOf(look, text));
    }
    return bubble;
  }

  function pictureOf(look, text) {
    if (look === 'sticker') return drawing('sticker', 'sticker');
    if (look === 'location') {
      const map = make('span', 'map');
      map.append(drawing('i-place', 'pin'));
      return cardlet({ text }, undefined, map);
    }
    if (look === 'link') return cardlet({ text }, page.body.dataset.shared);
    const photo = make('span', look === 'video' ? 'photo video' : 'photo');
    photo.append(drawing(look === 'video' ? 'i-film' : 'i-photo'));
    photo.setAttribute('role', 'img');
    photo.setAttribute('aria-label', text);
    return photo;
  }

  /** Draws one item of the chat; returns its node, or nothing for what a chat does not show. */
  function draw(item, fresh = true) {
    if (item.kind === 'unseen') return undefined;
    if (item.kind === 'out' || item.kind === 'in') {
      const bubble = item.kind === 'out' ? bubbleOfOwn(item) : bubbleOfReply(item.reply);
      const node = message(item.kind, bubble, fresh);
      put(node, item.at);
      return node;
    }
    const line = make('p', `system${fresh ? ' fresh' : ''}`, item.text ?? page.body.dataset.banner);
    put(line, item.at);
    if (item.kind === 'banner') {
      line.dataset.testid = 'banner';
      const reason = make('p', 'banner-reason', item.fault);
      reason.lang = 'en';
      reason.dataset.testid = 'banner-reason';
      put(reason, item.at);
    }
    return line;
  }

  function closePopups() {
    for (const popup of menu.querySelectorAll('.popup')) popup.hidden = true;
    for (const button of menu.querySelectorAll('[aria-haspopup]'))
      button.setAttribute('aria-expanded', 'false');
  }

  function press(entry) {
    closePopups();
    const event = entry.url ? 'VIEW' : 'CLICK';
    if (entry.url) window.open(entry.url, '_blank', 'noopener,noreferrer');
    const key = entry.url ?? entry.key ?? '';
    onAct({ kind: 'event', event, key }, { turn: { kind: 'act', text: `${page.body.dataset.menu} ${key}` } });
  }

  function menuButton(button, index) {
    const cell = make('div', 'menu-cell');
    const top = make('button', 'menu-button');
    top.type = 'button';
    top.dataset.testid = `menu-${index + 1}`;
    const subs = button.sub ?? [];
    if (subs.length > 0) top.append(drawing('i-lines', 'has-more'));
    top.append(make('span', '', button.name));
    cell.append(top);
    if (subs.length === 0) {
      top.addEventListener('click', () => press(button));
      return cell;
    }
    const popup = make('div', 'popup');
    popup.hidden = true;
    subs.forEach((entry, at) => {
      const one = make('button', '', entry.name);
      one.type = 'button';
      one.dataset.testid = `menu-${index + 1}-${at + 1}`;
      one.addEventListener('click', () => press(entry));
      popup.append(one);
    });
    top.setAttribute('aria-haspopup', 'true');
    top.setAttribute('aria-expanded', 'false');
    top.addEventListener('click', () => {
      const opening = popup.hidden;
      closePopups();
      popup.hidden = !opening;
      top.setAttribute('aria-expanded', String(opening));
    });
    cell.append(popup);
    return cell;
  }

  function grow() {
    input.style.height = '40px';
    input.style.height = `${Math.min(input.scrollHeight, 112)}px`;
    const empty = input.value.trim() === '';
    page.querySelector('.send').hidden = empty;
    page.querySelector('[data-do="tray"]').hidden = !empty;
  }

  function showMenu(shown) {
    menu.hidden = !shown;
    composer.hidden = shown;
    showTray(false);
    closePopups();
  }

  function showTray(shown) {
    tray.hidden = !shown;
    page.querySelector('[data-do="tray"]').setAttribute('aria-expanded', String(shown));
    log.scrollTop = log.scrollHeight;
  }

  input.addEventListener('input', grow);
  // A keyboard that slides in shortens the log; whoever read its end goes on reading its end.
  log.addEventListener('scroll', () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
  });
  new ResizeObserver(() => {
    if (atEnd) log.scrollTop = log.scrollHeight;
  }).observe(log);
  page.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) closePopups();
  });

  return {
    draw,
    grow,
    showMenu,
    showTray,
    closePopups,
    /** The screen of a new person; the tint tells one merchant from another. */
    clear(openId) {
      log.replaceChildren();
      lastTime = 0;
      tint = [...openId].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 6;
    },
    show(screen) {
      byId('profile').hidden = screen !== 'profile';
      byId('chat').hidden = screen !== 'chat';
    },
    setAccount({ name, introduction }) {
      for (const node of page.querySelectorAll('[data-account-name]')) node.textContent = name;
      byId('introduction').textContent = introduction;
    },
    setMenu(buttons) {
      menu.append(...buttons.slice(0, 3).map(menuButton));
      page.querySelector('[data-do="to-menu"]').hidden = buttons.length === 0;
    },
    setTyping(typing) {
      page.querySelector('.typing').hidden = !typing;
      page.querySelector('.chat [data-account-name]').hidden = typing;
    },
  };
}

function timeOfDay(at) {
  return new Date(at).toLocaleTimeString('zh-CN', { hour: 'numeric', minute: '2-digit', hour12: false });
}
