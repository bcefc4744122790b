/** The rules of the house that a machine can check: who may import whom, where Koa and wording may stand, that settings
 *  are documented, that files stay small and exported functions say what they promise. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/config.ts';
import { ROOT } from './support.ts';

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:ts|js)$/.test(file) && !file.endsWith('.d.ts'))
  .sort();
const TEXTS = new Map(SOURCES.map((file) => [file, readFileSync(join(ROOT, 'src', file), 'utf8')]));
const MODULES = SOURCES.filter((file) => file.endsWith('.ts'));
const textOf = (file: string) => TEXTS.get(file) ?? '';

interface Import {
  readonly from: string;
  /** A path from src/, or the name of a package. */
  readonly to: string;
  /** Types only: nothing of it is left when the program runs. */
  readonly typesOnly: boolean;
}

const IMPORT =
  /^(?:import|export)\s(type\s)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
const IMPORTS: readonly Import[] = MODULES.flatMap((from) =>
  [...textOf(from).matchAll(IMPORT)].map((match) => {
    const to = match[2] ?? match[3] ?? match[4] ?? '';
    const path = to.startsWith('.') ? normalize(join(dirname(from), to)) : to;
    return { from, to: path, typesOnly: match[1] !== undefined };
  }),
);
const INSIDE = IMPORTS.filter(({ to }) => TEXTS.has(to));

/** From the core outwards. A file may import from layers before its own, and from its own room. */
const LAYERS: readonly (readonly string[])[] = [
  ['remembering.ts'],
  ['facts.ts', 'errors.ts', 'talk.ts', 'text.ts', 'fill.ts', 'pasted.ts'],
  ['dialog/', 'knowledge/'],
  ['handbook/'],
  ['pages.ts'],
  ['say-found.ts', 'say-choices.ts'],
  ['say.ts'],
  ['session.ts'],
  ['deliver.ts'],
  ['understand-pasted.ts'],
  ['understand.ts'],
  ['scene.ts'],
  ['misses.ts'],
  ['turn.ts'],
  ['store/store.ts'],
  ['assistant.ts'],
  ['config.ts'],
  ['prepared-file.ts'],
  ['wechat/', 'store/', 'server/', 'playground/', 'commands/'],
  ['assemble.ts'],
  ['main.ts'],
];
/** Edges that may use another one. */
const ALLOWED: ReadonlySet<string> = new Set([
  'server/ → wechat/',
  // The content check weighs texts as the channel will.
  'commands/ → wechat/',
]);
const roomOf = (file: string) =>
  LAYERS.flat().find((room) => (room.endsWith('/') ? file.startsWith(room) : file === room));
const rankOf = (room: string) => LAYERS.findIndex((layer) => layer.includes(room));

describe('imports', () => {
  it('are found at all', () => {
    expect(MODULES.length).toBeGreaterThan(45);
    expect(INSIDE.length).toBeGreaterThan(100);
    expect(INSIDE).toContainEqual({ from: 'main.ts', to: 'assemble.ts', typesOnly: false });
  });

  it('lead to files that exist', () => {
    const inside = IMPORTS.filter(({ to }) => /\.(?:ts|js)$/.test(to) && !TEXTS.has(to));
    expect(inside).toEqual([]);
  });

  it('start and end in rooms of the house', () => {
    expect(MODULES.filter((file) => roomOf(file) === undefined && !isPartOf(file))).toEqual([]);
  });

  it('go from the outside to the core, and from edge to edge only where the house allows it', () => {
    const wrong = INSIDE.filter(({ from, to }) => !mayImport(from, to)).map(show);
    expect(wrong).toEqual([]);
  });

  it('of the playground never reach src/wechat, so that it finds its faults instead of sharing them', () => {
    const reached = reachableFrom(MODULES.filter((file) => file.startsWith('playground/')));
    expect([...reached].filter((file) => file.startsWith('wechat/'))).toEqual([]);
    expect(reached.has('playground/seal.ts')).toBe(true);
  });

  it('form no circle when the program runs', () => {
    const running = INSIDE.filter(({ typesOnly }) => !typesOnly);
    const next = (file: string) => running.filter(({ from }) => from === file).map(({ to }) => to);
    const circles = MODULES.filter((file) => reachableFrom(next(file), running).has(file));
    expect(circles).toEqual([]);
  });

  it('bring Koa only into server/ and the routes of the playground', () => {
    const users = IMPORTS.filter(({ to }) => to === 'koa' || to === '@koa/router').map(({ from }) => from);
    // assemble.ts hands routers on and needs their type.
    const others = users.filter((file) => !/^(?:server\/|playground\/app\.ts$|assemble\.ts$)/.test(file));
    expect(others).toEqual([]);
    const contexts = MODULES.filter((file) => /\bctx\b/.test(code(textOf(file))));
    expect(contexts.filter((file) => !/^(?:server\/|playground\/app\.ts$)/.test(file))).toEqual([]);
  });

  it('bring the client of Redis only into store/, LMDB only into the embedded store, XML only into wechat/', () => {
    const users = (name: string) =>
      IMPORTS.filter(({ to }) => to === name || to.startsWith(`${name}/`)).map(({ from }) => from);
    expect(users('redis').filter((file) => !file.startsWith('store/'))).toEqual([]);
    expect(users('lmdb').filter((file) => !/^store\/(?:embedded|files)\.ts$/.test(file))).toEqual([]);
    expect(users('xml2js').filter((file) => !file.startsWith('wechat/'))).toEqual([]);
  });

  it('keep network, disk, clock and chance out of the core', () => {
    const core = MODULES.filter((file) => rankOf(layerRoom(file)) <= rankOf('turn.ts'));
    expect(core.length).toBeGreaterThan(15);
    const reaching = IMPORTS.filter(
      ({ from, to }) =>
        core.includes(from) &&
        from !== 'handbook/read.ts' &&
        /^node:(?!path$|url$|assert$)|^(?:koa|redis|lmdb|pino)\b/.test(to),
    ).map(show);
    expect(reaching).toEqual([]);
    const impure = core.filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bfetch\(|\bsetTimeout\(/.test(
        code(textOf(file)),
      ),
    );
    expect(impure).toEqual([]);
  });

  it('of the environment happen in one place', () => {
    const readers = MODULES.filter((file) => /\bprocess\.env\b/.test(code(textOf(file))));
    expect(readers).toEqual(['main.ts']);
  });
});

/** Where Chinese may stand in the code, beside commands/, whose reports are for editors: patterns that read numbers, days and places, keys of files that editors write,
 *  the platform's own sentences, and the console's names in remedies for operators. */
const CHINESE_ALLOWED: Readonly<Record<string, string>> = {
  'config.ts': 'names of fields of the console, for operators',
  'dialog/answer.ts': 'patterns',
  'dialog/prepare.ts': 'patterns',
  'dialog/province.ts': 'patterns',
  'dialog/shared.ts': 'patterns',
  'handbook/check-words.ts': 'number words',
  'handbook/check-texts.ts': 'words that content must or must not use',
  'handbook/build.ts': 'keys of understanding.yaml',
  'handbook/schema.ts': 'keys of understanding.yaml',
  'knowledge/day.ts': 'patterns',
  'knowledge/faq.ts': 'patterns',
  'knowledge/traits.ts': 'patterns',
  'playground/push.ts': 'the sentence of the platform for stickers',
  'playground/story.ts': 'marks of the story files',
  'say-dates.ts': 'month and day',
  'text.ts': 'patterns',
  'understand-pasted.ts': 'what stands between an opening word and the rest',
  'wechat/channel.ts': 'the sentences of the platform for stickers',
};

describe('wording for merchants', () => {
  it('comes from content/, not from src/', () => {
    const chinese = SOURCES.filter((file) => /\p{Script=Han}/u.test(code(textOf(file))));
    const allowed = (file: string) => file.startsWith('commands/') || file in CHINESE_ALLOWED;
    expect(chinese.filter((file) => !allowed(file))).toEqual([]);
  });

  it('has no exception that is no longer needed', () => {
    const needless = Object.keys(CHINESE_ALLOWED).filter(
      (file) => !/\p{Script=Han}/u.test(code(textOf(file))),
    );
    expect(needless).toEqual([]);
  });
});

describe('settings', () => {
  it.each(['.env.example', 'README.md'])('are all documented in %s', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(SETTINGS.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

describe('files', () => {
  it('of code have at most 400 lines', () => {
    const lines = SOURCES.map((file) => [file, textOf(file).trimEnd().split('\n').length] as const);
    expect(lines.filter(([, count]) => count > 400)).toEqual([]);
  });

  it('open with what they are', () => {
    expect(SOURCES.filter((file) => !textOf(file).startsWith('/**'))).toEqual([]);
  });

  it('say of every exported function what it promises', () => {
    const silent = MODULES.flatMap((file) =>
      [
        ...textOf(file).matchAll(
          /^export (?:default )?(?:async )?function\*? (\w+)|^export const (\w+)[^=\n]* = (?:async )?\(/gm,
        ),
      ]
        .filter(({ index }) => !/\*\/\n$/.test(textOf(file).slice(0, index)))
        .map((match) => `${file}: ${match[1] ?? match[2]}`),
    );
    expect(silent).toEqual([]);
  });

  it('use no any, no enum, and nothing that silences the checks', () => {
    const loose =
      /:\s*any\b|<any>|\bas any\b|^\s*(?:export )?(?:const )?enum |@ts-(?:ignore|nocheck|expect-error)|biome-ignore/m;
    expect(MODULES.filter((file) => loose.test(withoutTexts(textOf(file))))).toEqual([]);
  });
});

function mayImport(from: string, to: string): boolean {
  const [own, other] = [layerRoom(from), layerRoom(to)];
  if (own === other) return true;
  if (ALLOWED.has(`${own} → ${other}`)) return true;
  if (own === 'store/' && to === 'store/store.ts') return true;
  return rankOf(other) < rankOf(own);
}

/** The room that decides on a file's layer; parts of a file that was split (turn-edit.ts) belong to the whole. */
function layerRoom(file: string): string {
  return roomOf(file) ?? wholeOf(file) ?? file;
}

function isPartOf(file: string): boolean {
  return wholeOf(file) !== undefined;
}

function wholeOf(file: string): string | undefined {
  return LAYERS.flat().find((room) => room.endsWith('.ts') && file.startsWith(`${room.slice(0, -3)}-`));
}

function reachableFrom(starts: readonly string[], imports: readonly Import[] = INSIDE): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...starts];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    open.push(...imports.filter(({ from }) => from === file).map(({ to }) => to));
  }
  return reached;
}

function show({ from, to }: Import): string {
  return `${from} → ${to}`;
}

/** The text of a file without its comments. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** Code without the contents of its strings. */
function withoutTexts(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");
}
