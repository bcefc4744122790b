/** The developer panel: what went over the wire, what the assistant knows and why it said what it said. Draws only;
 *  page.js fetches. */

/** @param {Document} page */
export function createPanel(page) {
  const byId = (id) => page.getElementById(id);
  const list = byId('exchanges');
  const exchanges = [];
  let chosen = 0;
  let view = 'in-clear';

  function make(name, className, text) {
    const node = page.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function choose(index) {
    chosen = index;
    list.value = String(index);
    const exchange = exchanges[index];
    if (exchange === undefined) return;
    const chip = byId('outcome');
    chip.hidden = false;
    chip.className = `chip ${exchange.outcome}`;
    chip.textContent = exchange.outcome === 'silence' ? 'acknowledged, no message' : exchange.outcome;
    byId('fault').hidden = exchange.fault === undefined;
    byId('fault').textContent = exchange.fault ?? '';
    byId('deliveries').replaceChildren(...exchange.deliveries.map(rowOf));
    drawXml();
    drawTrace(exchange);
  }

  function rowOf(delivery, index) {
    const row = make('tr');
    const { host, pathname } = new URL(delivery.url);
    const answer = delivery.problem ?? String(delivery.status);
    for (const cell of [String(index + 1), answer, `${delivery.ms} ms`, host + pathname])
      row.append(make('td', '', cell));
    return row;
  }

  function xmlOf(exchange) {
    const delivery = exchange?.deliveries.at(-1);
    if (delivery === undefined) return '';
    const { pathname, search } = new URL(delivery.url);
    switch (view) {
      case 'in-clear':
        return indented(delivery.requestXmlClear);
      case 'in-wire':
        return `POST ${pathname}${search}\ncontent-type: text/xml\n\n${delivery.requestBody}`;
      case 'out-clear':
        return delivery.responseXmlClear === undefined ? '' : indented(delivery.responseXmlClear);
      default:
        return delivery.problem ? delivery.problem : `${delivery.status}\n\n${delivery.responseBody}`;
    }
  }

  function drawXml() {
    const source = xmlOf(exchanges[chosen]);
    const nodes = source.split(/(<!\[CDATA\[|\]\]>|<\/?[A-Za-z_][\w.-]*\/?>)/).map((piece) => {
      if (piece === '<![CDATA[' || piece === ']]>') return make('span', 'mark', piece);
      return /^<\/?[A-Za-z_]/.test(piece) ? make('span', 'tag', piece) : page.createTextNode(piece);
    });
    byId('xml').replaceChildren(...nodes);
    byId('xml').scrollTop = 0;
    if (source === '') byId('xml').append(make('span', 'mark', '(nothing)'));
  }

  function drawTrace({ trace, traceProblem }) {
    const facts = Object.entries(trace?.facts ?? {});
    const none = traceProblem ? `not to be had: ${traceProblem}` : 'none yet';
    byId('facts').replaceChildren(
      ...(facts.length === 0
        ? [make('dd', 'muted', none)]
        : facts.flatMap(([name, value]) => [make('dt', '', name), make('dd', '', plainly(value))])),
    );
    byId('trips').textContent = trace === undefined ? '' : `store trips ${trace.trips}`;
    const stages = Object.entries(trace?.stages ?? {});
    const most = Math.max(0.001, ...stages.map(([, ms]) => Number(ms)));
    byId('stages').replaceChildren(
      ...(stages.length === 0
        ? [make('span', 'muted', 'none yet')]
        : stages.flatMap(([name, ms]) => stageOf(name, ms, most))),
    );
    const events = trace?.events ?? [];
    byId('events').replaceChildren(
      ...(events.length === 0 ? [make('li', 'muted', 'nothing')] : events.map(eventOf)),
    );
  }

  function stageOf(name, ms, most) {
    const bar = make('progress');
    bar.max = most;
    bar.value = Number(ms);
    bar.setAttribute('aria-label', name);
    return [make('span', '', name), bar, make('code', '', Number(ms).toFixed(2))];
  }

  function eventOf({ kind, ...rest }) {
    const item = make('li');
    item.append(make('strong', '', String(kind)));
    for (const [name, value] of Object.entries(rest)) {
      const pair = make('span');
      pair.append(make('span', 'muted', `${name} `), page.createTextNode(plainly(value)));
      item.append(pair);
    }
    return item;
  }

  function chooseView(tab) {
    view = tab.dataset.xml;
    for (const other of page.querySelectorAll('[data-xml]')) {
      other.setAttribute('aria-selected', String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    }
    byId('xml').setAttribute('aria-labelledby', tab.id);
    drawXml();
  }

  const tabs = [...page.querySelectorAll('[data-xml]')];
  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => chooseView(tab));
    tab.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      next.focus();
      chooseView(next);
    });
  });
  list.addEventListener('change', () => choose(Number(list.value)));
  byId('copy').addEventListener('click', async () => {
    await navigator.clipboard.writeText(xmlOf(exchanges[chosen]));
    byId('copy').textContent = 'Copied';
    setTimeout(() => {
      byId('copy').textContent = 'Copy';
    }, 1500);
  });

  return {
    /** Adds an exchange and shows it. */
    add(label, exchange) {
      if (exchanges.length === 0) list.replaceChildren();
      const index = exchanges.push(exchange) - 1;
      const ms = Math.round(exchange.deliveries.reduce((sum, delivery) => sum + delivery.ms, 0));
      const option = make('option', '', `${index + 1} · ${label} · ${ms} ms`);
      option.value = String(index);
      list.prepend(option);
      choose(index);
    },
    /** @param {'again-note' | 'day-note' | 'story-note'} id */
    note(id, text, bad = false) {
      byId(id).textContent = text;
      byId(id).classList.toggle('bad', bad);
    },
    setMerchant(openId) {
      byId('merchant-id').textContent = openId;
    },
    setToday(day) {
      byId('today').textContent = day;
      byId('day').value = day;
    },
  };
}

/** One element a line, texts untouched. */
function indented(xml) {
  let depth = 0;
  const pieces = xml.split(/(<!\[CDATA\[[\s\S]*?\]\]>|<\/?[^<>]+>)/).filter((piece) => piece !== '');
  let out = '';
  let before = '';
  for (const piece of pieces) {
    const opens = /^<[A-Za-z_][^<>]*[^/]>$|^<[A-Za-z_]>$/.test(piece);
    const closes = piece.startsWith('</');
    if (closes) depth -= 1;
    const breaks = (opens && out !== '') || (closes && before.startsWith('</'));
    out += breaks ? `\n${'  '.repeat(Math.max(0, depth))}${piece}` : piece;
    if (opens) depth += 1;
    if (piece.trim() !== '') before = piece;
  }
  return out;
}

function plainly(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
