/** Draws growth as an SVG: one panel below the other, so that it can be read on a phone, in the colours of the reader's
 *  theme. growth.ts fills it. */
import { median } from '../lib/figures.ts';
import type { Timing } from '../micro/clock.ts';

export interface Panel {
  readonly title: string;
  /** What grows to the right. */
  readonly axis: string;
  /** Where the points stand (above zero, drawn on a logarithmic scale) and what is written below them. */
  readonly places: readonly { readonly at: number; readonly label: string }[];
  /** A line for each stage, at most three, with its rounds at each place, in microseconds. */
  readonly lines: readonly { readonly name: string; readonly timings: readonly Timing[] }[];
}

const WIDTH = 400;
const [LEFT, RIGHT] = [48, 20];
const TOP = 60;
const [HEAD, LEGEND, PLOT, FOOT] = [24, 19, 150, 62];
/** Room above the highest point, for its figure. */
const AIR = 12;
const FIGURE = 14;

const STYLE = `
  .paper { fill: #ffffff }
  text { fill: #1f2328 }
  .pale { fill: #59636e }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .s0 { stroke: #0550ae; fill: #0550ae }
  .s1 { stroke: #a04100; fill: #a04100 }
  .s2 { stroke: #116329; fill: #116329 }
  polyline { fill: none !important; stroke-width: 2 }
  .range { stroke-width: 5; opacity: 0.3 }
  .figure { font-size: 12px; stroke: #ffffff; stroke-width: 4; paint-order: stroke; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 }
    text { fill: #f0f6fc }
    .pale { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .s0 { stroke: #79c0ff; fill: #79c0ff }
    .s1 { stroke: #ffa657; fill: #ffa657 }
    .s2 { stroke: #56d364; fill: #56d364 }
    .figure { stroke: #0d1117 }
  }
`;

/** An SVG of its own; every panel starts at zero, the pale bars reach from the least to the greatest round. */
export function drawGrowth(title: string, panels: readonly Panel[]): string {
  const heights = panels.map(({ lines }) => HEAD + lines.length * LEGEND + PLOT + FOOT);
  const height = TOP + heights.reduce((sum, one) => sum + one, 0);
  const drawn = panels.map((panel, i) =>
    group(TOP + heights.slice(0, i).reduce((sum, one) => sum + one, 0), drawPanel(panel)),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(10, 22, title, 'pale'),
    text(10, 40, '×: from first to last point; pale bars: all rounds', 'pale'),
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ title, axis, places, lines }: Panel): string {
  const top = HEAD + lines.length * LEGEND;
  const bottom = top + PLOT;
  const most = Math.max(...lines.flatMap(({ timings }) => timings.flat()));
  const [first = 1, last = 1] = [places[0]?.at, places.at(-1)?.at];
  const x = (at: number) =>
    LEFT + 16 + (Math.log(at / first) / Math.log(last / first)) * (WIDTH - LEFT - RIGHT - 38);
  const y = (value: number) => bottom - (value / most) * (PLOT - AIR);
  const step = stepFor(most);
  const grid = Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step).map((value) => [
    `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}"/>`,
    text(LEFT - 6, y(value) + 4, String(value), 'pale', 'end'),
  ]);
  const legend = lines.map(({ name, timings }, i) => {
    const line = HEAD + i * LEGEND + 10;
    const times = median(timings.at(-1) ?? []) / median(timings[0] ?? []);
    return [
      `<circle class="s${i}" cx="15" cy="${line - 4}" r="5"/>`,
      text(27, line, name),
      text(WIDTH - RIGHT, line, `× ${times < 9.5 ? times.toFixed(1) : times.toFixed(0)}`, '', 'end'),
    ];
  });
  const stages = lines.map(({ timings }, i) => {
    const points = timings.map((timing, k) => `${round(x(places[k]?.at ?? 1))},${round(y(median(timing)))}`);
    const ranges = timings.map((timing, k) => {
      const at = round(x(places[k]?.at ?? 1));
      return `<line class="s${i} range" x1="${at}" x2="${at}" y1="${round(y(Math.min(...timing)))}" y2="${round(y(Math.max(...timing)))}"/>`;
    });
    const dots = points.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle class="s${i}" cx="${cx}" cy="${cy}" r="3.5"/>`;
    });
    return [...ranges, `<polyline class="s${i}" points="${points.join(' ')}"/>`, ...dots];
  });
  const figures = places.map(({ at }, k) => {
    const here = lines.map(({ timings }, i) => ({ i, value: median(timings[k] ?? []) }));
    return apart(here.map(({ i, value }) => ({ i, value, y: y(value) - 9 }))).map((one) =>
      text(x(at), one.y, figure(one.value), `s${one.i} figure`, 'middle'),
    );
  });
  const labels = places.map(({ at, label }) => text(x(at), bottom + 18, label, '', 'middle'));
  return [
    text(10, 8, title, '', 'start', ' font-weight="600" font-size="14"'),
    text(WIDTH - RIGHT, 8, 'CPU µs', 'pale', 'end'),
    ...legend.flat(),
    ...grid.flat(),
    ...stages.flat(),
    ...figures.flat(),
    ...labels,
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 36, axis, 'pale', 'middle'),
  ].join('\n');
}

/** Figures of one place, moved upwards until none covers another. */
function apart<T extends { readonly y: number }>(figures: readonly T[]): readonly T[] {
  let above = Number.POSITIVE_INFINITY;
  return [...figures]
    .sort((a, b) => b.y - a.y)
    .map((one) => {
      above = Math.min(one.y, above - FIGURE);
      return { ...one, y: above };
    });
}

/** A round step that makes two to five lines. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 2));
  return [5, 2, 1].map((times) => times * power).find((step) => most / step >= 2) ?? power;
}

function figure(value: number): string {
  return value < 9.95 ? value.toFixed(1) : value.toFixed(0);
}

function group(down: number, inside: string): string {
  return `<g transform="translate(0 ${down})">\n${inside}\n</g>`;
}

function text(x: number, y: number, words: string, kind = '', anchor = 'start', more = ''): string {
  const named = kind === '' ? '' : ` class="${kind}"`;
  return `<text x="${round(x)}" y="${round(y)}"${named} text-anchor="${anchor}"${more}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
