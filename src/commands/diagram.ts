/** Draws a dialog: steps from top to bottom, each with its options; a dashed line passes by the steps that only some
 *  merchants are asked. The picture is plain SVG, so a browser shows it and a test compares it as text. */
import { type Ask, asksOf, type Dialog, type End, labelOf } from '../core/dialog/dialog.ts';
import { type Clause, clausesOf, type When } from '../core/facts.ts';
import type { Space } from '../core/handbook/checks/answer-space.ts';

const WIDTH = 1200;
const LEFT = 90;
const RIGHT = 1160;
const MIDDLE = (LEFT + RIGHT) / 2;
const BYPASS = 40;
const PAD = 18;
const GAP = 38;
/** Where the dashed line leaves and comes back, below a box. */
const TURN = 13;
/** So many provinces are named in a condition; of more, those that are left out are named where they are fewer. */
const NAMED = 8;

interface Text {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly weight?: number;
}

/** @param space the dialog with what follows from its answers. @returns the SVG document. */
export function pictureOf(space: Space): string {
  const { dialog } = space;
  const { parts, line, lines, box, arrow, bypass } = createCanvas();
  line({ x: LEFT, y: 50, size: 26, color: '#1f2933', weight: 700 }, `${dialog.title}（${dialog.id}）`);
  const opens = dialog.opens.map((word) => `「${word}」`).join(' ');
  let y = 8 + lines({ x: LEFT, y: 50, size: 15, color: '#52606d' }, opens);
  for (const [index, step] of dialog.steps.entries()) {
    const top = y;
    // Nobody goes on from an end: only those who went around it come here.
    const goesOn = dialog.steps[index - 1]?.kind !== 'end';
    arrow(goesOn ? y : y + TURN, y + GAP);
    y += GAP;
    if (step.when !== undefined) y = condition(y, `if ${wordsOf(space, step.when)}`);
    y = step.kind === 'ask' ? question(y, index, step) : end(y, step);
    if (step.when !== undefined) bypass(top + TURN, y + TURN);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 40}" viewBox="0 0 ${WIDTH} ${y + 40}" `,
    'font-family="Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif">\n',
    `<title>${escaped(dialog.title)}</title>\n`,
    '<rect width="100%" height="100%" fill="#f7f9fb"/>\n',
    ...parts,
    '</svg>\n',
  ].join('');

  function condition(from: number, text: string): number {
    const at = parts.length;
    const to = 14 + lines({ x: LEFT + PAD, y: from, size: 15, color: '#7a5d00' }, text);
    parts.splice(at, 0, box(from, to, 'fill="#fff8e1" stroke="#e0c36a"'));
    return to + 6;
  }

  function question(from: number, index: number, ask: Ask): number {
    const at = parts.length;
    let below = from + 32;
    const number = dialog.steps.slice(0, index + 1).filter(({ kind }) => kind === 'ask').length;
    line({ x: LEFT + PAD, y: below, size: 19, color: '#1f2933', weight: 700 }, `${number}. ${ask.name}`);
    line(
      { x: LEFT + PAD + widthOf(`${number}. ${ask.name}`, 19) + 16, y: below, size: 14, color: '#7b8794' },
      ask.fact,
    );
    below = lines({ x: LEFT + PAD, y: below, size: 17, color: '#323f4b' }, ask.say);
    if (ask.askWhen !== undefined) {
      const never = Array.isArray(ask.askWhen) && ask.askWhen.length === 0;
      const words = never
        ? 'taken when said, never asked'
        : `taken when said, asked if ${wordsOf(space, ask.askWhen)}`;
      below = lines({ x: LEFT + PAD, y: below, size: 15, color: '#7a5d00' }, words);
    }
    below = ask.reads !== 'choice' ? typed(below, ask) : pills(below + 16, ask);
    const dash = ask.askWhen === undefined ? '' : ' stroke-dasharray="7 5"';
    parts.splice(at, 0, box(from, below, `fill="#ffffff" stroke="#07a35a" stroke-width="1.5"${dash}`));
    return below;
  }

  function typed(from: number, ask: Ask): number {
    const look = { x: LEFT + PAD, y: from, size: 15, color: '#52606d' };
    // No label is cut in two.
    const rows: string[] = [];
    for (const { label } of ask.options) {
      const longer = `${rows.at(-1) ?? ''} · ${label}`;
      if (rows.length === 0 || widthOf(longer, look.size) > RIGHT - PAD - look.x) rows.push(label);
      else rows[rows.length - 1] = longer;
    }
    return rows.reduce((y, row) => lines({ ...look, y }, row), from) + PAD;
  }

  function pills(from: number, ask: Ask): number {
    let x = LEFT + PAD;
    let row = from;
    for (const { label, hint } of ask.options) {
      const text = hint === undefined ? label : `${label}（${hint}）`;
      const width = widthOf(text, 16) + 28;
      if (x + width > RIGHT - PAD && x > LEFT + PAD) {
        x = LEFT + PAD;
        row += 44;
      }
      parts.push(
        `<rect x="${x}" y="${row}" width="${width}" height="34" rx="17" fill="#e6f7ee" stroke="#8fd6b1"/>\n`,
      );
      line({ x: x + 14, y: row + 23, size: 16, color: '#14532d' }, text);
      x += width + 12;
    }
    return row + 34 + PAD;
  }

  function end(from: number, { id, list, advice, findings }: End): number {
    const shows = [
      ...(findings === undefined ? [] : [`findings: ${findings}`]),
      ...(list === undefined ? [] : [`checklists/${list}.yaml`]),
      ...(advice === undefined ? [] : [`advice.yaml: ${advice}`]),
    ];
    parts.push(box(from, from + 48, 'fill="#1f2933"'));
    line(
      { x: LEFT + PAD, y: from + 31, size: 17, color: '#ffffff', weight: 700 },
      `end ${id} → ${shows.join(' + ')}`,
    );
    return from + 48;
  }
}

/** What a picture is drawn with. */
function createCanvas() {
  const parts: string[] = [];
  return { parts, line, lines, box, arrow, bypass };

  function line({ x, y: at, size, color, weight }: Text, text: string): void {
    const bold = weight === undefined ? '' : ` font-weight="${weight}"`;
    parts.push(
      `<text x="${x}" y="${at}" font-size="${size}" fill="${color}"${bold}>${escaped(text)}</text>\n`,
    );
  }

  /** Lines below `y`, as many as the text takes. @returns where the last one stands. */
  function lines(look: Text, text: string): number {
    const all = wrapped(text, look.size, RIGHT - PAD - look.x);
    const step = look.size + 11;
    for (const [i, each] of all.entries()) line({ ...look, y: look.y + (i + 1) * step }, each);
    return look.y + all.length * step;
  }

  function box(from: number, to: number, look: string): string {
    return `<rect x="${LEFT}" y="${from}" width="${RIGHT - LEFT}" height="${to - from}" rx="10" ${look}/>\n`;
  }

  function arrow(from: number, to: number): void {
    parts.push(
      `<path d="M${MIDDLE} ${from + 4}V${to - 6}" stroke="#9aa5b1" stroke-width="2"/>\n`,
      `<path d="M${MIDDLE - 6} ${to - 10}l6 8l6 -8z" fill="#9aa5b1"/>\n`,
    );
  }

  /** A merchant whom the step does not concern passes by. */
  function bypass(from: number, to: number): void {
    parts.push(
      `<path d="M${MIDDLE} ${from}H${BYPASS}V${to}H${MIDDLE}" fill="none" stroke="#b08800" stroke-width="1.5" stroke-dasharray="5 5"/>\n`,
    );
  }
}

/** A condition in the words of the questions; facts that follow from the province are said as provinces. */
function wordsOf(space: Space, when: When): string {
  return clausesOf(when)
    .map((clause) => clauseWords(space, clause))
    .join(' or ');
}

function clauseWords(space: Space, clause: Clause): string {
  return Object.entries(clause)
    .map(([fact, wanted]) => {
      const values = typeof wanted === 'string' ? [wanted] : wanted;
      const asks = asksOf(space.dialog);
      const own = asks.find((ask) => ask.fact === fact);
      if (own) return `${own.name} = ${values.map((value) => labelOf(own, value)).join('、')}`;
      const origin = asks.find((ask) => space.origins(fact).includes(ask.fact));
      if (!origin) return `${fact} = ${values.join('、')}`;
      const holds = (id: string) => values.includes(space.derive({ [origin.fact]: id })[fact] ?? '');
      const meant = origin.options.filter(({ id }) => holds(id)).map(({ label }) => label);
      const others = origin.options.filter(({ id }) => !holds(id)).map(({ label }) => label);
      const not = meant.length > NAMED && others.length < meant.length;
      return `${origin.name} ${not ? '≠' : '='} ${(not ? others : meant).join('、')}`;
    })
    .join(' and ');
}

/** Lines of at most `width` pixels; words of Latin letters are not parted. */
function wrapped(text: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const piece of text.match(/[\w./:-]+|./gu) ?? []) {
    if (current !== '' && widthOf(current + piece, size) > width) {
      lines.push(current.trim());
      current = piece;
    } else current += piece;
  }
  return current.trim() === '' ? lines : [...lines, current.trim()];
}

/** About how many pixels a text takes: a Chinese character is as wide as high, others a little more than half. */
function widthOf(text: string, size: number): number {
  const ems = [...text].reduce((sum, character) => sum + (/[\u2e80-\uffff]/u.test(character) ? 1 : 0.56), 0);
  return Math.ceil(ems * size);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Where the picture of a dialog is kept, from the project's folder. */
export function pictureFile(dialog: Dialog): string {
  return `docs/dialogs/${dialog.id}.svg`;
}
