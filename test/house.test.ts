/** The rules of the house that a machine can check: who may import whom, where Koa and wording may stand, that settings
 *  are documented, that files stay small and exported functions say what they promise. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/app/config.ts';
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
}

const IMPORT = /^(?:import|export)\s[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
const IMPORTS: readonly Import[] = MODULES.flatMap((from) =>
  [...textOf(from).matchAll(IMPORT)].map((match) => {
    const to = match[1] ?? match[2] ?? match[3] ?? '';
    const path = to.startsWith('.') ? normalize(join(dirname(from), to)) : to;
    return { from, to: path };
  }),
);
const INSIDE = IMPORTS.filter(({ to }) => TEXTS.has(to));

/** Who may import whom. A file belongs to the first room that its path begins with. It may import its own room and every
 *  room above it in this list. Rooms of one line (edges) do not know each other. */
const ROOMS: readonly (readonly string[])[] = [
  ['core/errors.ts', 'core/facts.ts', 'core/lazy.ts', 'core/pasted.ts'],
  ['core/text/'],
  ['core/dialog/'],
  ['core/knowledge/'],
  ['core/handbook/'],
  // The circle test orders the files of this room and of the four inside it.
  ['core/conversation/'],
  ['core/memory/'],
  ['wechat/', 'store/', 'server/', 'playground/', 'front/'],
  ['app/'],
  ['commands/', 'main.ts'],
];
/** The one edge that may use another: the platform's route needs the platform's protocol. */
const ALLOWED = 'server/ → wechat/';
/** Inside the conversation: what comes later in a turn never serves what comes before. */
const STEPS = ['session/', 'understand/', 'render/', 'act/'].map((step) => `core/conversation/${step}`);
const roomOf = (file: string) => ROOMS.flat().find((room) => file.startsWith(room));
const rankOf = (room: string | undefined) => ROOMS.findIndex((line) => room && line.includes(room));
const stepOf = (file: string) => STEPS.findIndex((step) => file.startsWith(step));

describe('imports', () => {
  it('are found at all', () => {
    expect(MODULES.length).toBeGreaterThan(45);
    expect(INSIDE.length).toBeGreaterThan(100);
    expect(INSIDE).toContainEqual({ from: 'main.ts', to: 'app/assemble.ts' });
  });

  it('lead to files that exist', () => {
    const inside = IMPORTS.filter(({ to }) => /\.(?:ts|js)$/.test(to) && !TEXTS.has(to));
    expect(inside).toEqual([]);
  });

  it('start and end in rooms of the house', () => {
    expect(MODULES.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it('go from the outside to the core, and from edge to edge only where the house allows it', () => {
    expect(INSIDE.filter(({ from, to }) => !mayImport(from, to)).map(show)).toEqual([]);
  });

  it('of the conversation go from act to render, understand and session, never back', () => {
    const steps = INSIDE.filter(({ from, to }) => stepOf(from) >= 0 && stepOf(to) >= 0);
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.filter(({ from, to }) => stepOf(to) > stepOf(from)).map(show)).toEqual([]);
  });

  it('of the playground never reach src/wechat, so that it finds its faults instead of sharing them', () => {
    const reached = reachableFrom(MODULES.filter((file) => file.startsWith('playground/')));
    expect([...reached].filter((file) => file.startsWith('wechat/'))).toEqual([]);
    expect(reached.has('playground/platform/seal.ts')).toBe(true);
  });

  it('form no circle, types included', () => {
    const next = (file: string) => INSIDE.filter(({ from }) => from === file).map(({ to }) => to);
    expect(MODULES.filter((file) => reachableFrom(next(file)).has(file))).toEqual([]);
  });

  it('bring Koa only into server/ and the routes of the pages', () => {
    const users = IMPORTS.filter(({ to }) => to === 'koa' || to === '@koa/router').map(({ from }) => from);
    // app/ hands routers on and needs their type.
    const others = users.filter(
      (file) => !/^(?:server\/|playground\/app\.ts$|front\/page\.ts$|app\/)/.test(file),
    );
    expect(others).toEqual([]);
    const contexts = MODULES.filter((file) => /\bctx\b/.test(code(textOf(file))));
    expect(
      contexts.filter((file) => !/^(?:server\/|playground\/app\.ts$|front\/page\.ts$)/.test(file)),
    ).toEqual([]);
  });

  it('bring the client of Redis only into store/, LMDB only into the embedded store, XML only into wechat/', () => {
    const users = (name: string) =>
      IMPORTS.filter(({ to }) => to === name || to.startsWith(`${name}/`)).map(({ from }) => from);
    expect(users('redis').filter((file) => !file.startsWith('store/redis/'))).toEqual([]);
    expect(users('lmdb').filter((file) => !/^store\/embedded\//.test(file))).toEqual([]);
    expect(users('xml2js').filter((file) => !file.startsWith('wechat/xml/'))).toEqual([]);
  });

  it('keep network, disk, clock and chance out of the core', () => {
    const core = MODULES.filter((file) => file.startsWith('core/'));
    expect(core.length).toBeGreaterThan(60);
    const reaching = IMPORTS.filter(
      ({ from, to }) => core.includes(from) && /^node:(?!assert$)|^(?:koa|redis|lmdb|pino)\b/.test(to),
    );
    expect(reaching.map(show)).toEqual([]);
    const impure =
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\(/;
    expect(core.filter((file) => impure.test(code(textOf(file))))).toEqual([]);
  });

  it('bring a memory for results only into core/memory and app/, one of requests into the two guards that need it', () => {
    const users = IMPORTS.filter(({ to }) => to === 'lru-cache').map(({ from }) => from);
    const ofRequests = ['server/guard/flood.ts', 'server/wechat/used-queries.ts'];
    expect(
      users.filter((file) => !/^(?:core\/memory|app)\//.test(file) && !ofRequests.includes(file)),
    ).toEqual([]);
  });

  it('of the environment happen in one place', () => {
    const readers = MODULES.filter((file) => /\bprocess\.env\b/.test(code(textOf(file))));
    expect(readers).toEqual(['main.ts']);
  });
});

describe('the core', () => {
  const plain = MODULES.filter((file) => file.startsWith('core/') && !file.startsWith('core/memory/'));

  it('remembers nothing: no map outlives the call that made it and is written to later', () => {
    expect(plain.filter((file) => /\bWeakMap\b/.test(code(textOf(file))))).toEqual([]);
    expect(
      plain.flatMap((file) => writtenLater(code(textOf(file))).map((name) => `${file}: ${name}`)),
    ).toEqual([]);
  });

  it('would be caught with a map that outlives its call', () => {
    const memory = [
      'export function create() {',
      '  const known = new Map<string, string>();',
      "  for (const one of ['a']) known.set(one, one);",
      '  return { get };',
      '',
      '  function get(key: string) {',
      '    known.set(key, key);',
      '  }',
      '}',
    ];
    expect(writtenLater(memory.join('\n'))).toEqual(['known']);
    expect(writtenLater(memory.filter((line) => !line.includes('known.set(key')).join('\n'))).toEqual([]);
  });
});

/** Where Chinese may stand in the code, beside commands/, whose reports are for editors: patterns that read numbers, days and places, keys of files that editors write,
 *  the platform's own sentences, and the console's names in remedies for operators. */
const CHINESE_ALLOWED: Readonly<Record<string, string>> = {
  'app/config.ts': 'names of fields of the console, for operators',
  'core/dialog/reading/denials.ts': 'patterns',
  'core/dialog/reading/listen.ts': 'patterns',
  'core/dialog/reading/pasted-reply.ts': 'patterns',
  'core/dialog/reading/questions.ts': 'patterns',
  'core/text/clauses.ts': 'patterns',
  'core/dialog/reading/province.ts': 'patterns',
  'core/dialog/reading/wording-index.ts': 'patterns',
  'core/handbook/checks/wordings.ts': 'number words',
  'core/handbook/checks/texts.ts': 'words that content must or must not use',
  'core/handbook/build.ts': 'keys of understanding.yaml',
  'core/handbook/schema-words.ts': 'keys of understanding.yaml',
  'core/handbook/build-words.ts': 'keys of understanding.yaml',
  'core/knowledge/day-in-text.ts': 'patterns',
  'core/knowledge/findings/traits.ts': 'patterns',
  'playground/platform/push.ts': 'the sentence of the platform for stickers',
  'playground/story.ts': 'marks of the story files',
  'core/conversation/render/dates.ts': 'month and day',
  'core/text/numbers.ts': 'patterns',
  'core/text/sounds.ts': 'patterns',
  'core/text/items.ts': 'patterns',
  'core/conversation/understand/pasted.ts': 'what stands between an opening word and the rest',
  'wechat/faces.ts': 'the names of faces, as the client writes them',
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
  it.each(['.env.example', 'docs/settings.md', 'docs/zh/settings.md'])('are all documented in %s', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(SETTINGS.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

describe('the docs', () => {
  it('name files that exist', () => {
    const pages = ['docs', '.'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: folder === 'docs', encoding: 'utf8' })
        .filter((file) => /^(?!CHANGELOG|node_modules).*\.md$/.test(file))
        .map((file) => join(folder, file)),
    );
    const named = pages.flatMap((page) =>
      [
        ...readFileSync(join(ROOT, page), 'utf8').matchAll(/`([\w-]+(?:\/[\w.-]+)+\.(?:ts|yaml|md|mjs))`/g),
      ].map(([, file = '']) => [page, file] as const),
    );
    expect(named.length).toBeGreaterThan(100);
    const files = ['src', 'test'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }),
    );
    const isThere = (file: string) =>
      existsSync(join(ROOT, file)) || files.some((known) => `/${known}`.endsWith(`/${file}`));
    expect(named.filter(([, file]) => !isThere(file))).toEqual([]);
  });
});

describe('files', () => {
  it('of code have at most 400 lines', () => {
    const lines = SOURCES.map((file) => [file, textOf(file).trimEnd().split('\n').length] as const);
    expect(lines.filter(([, count]) => count > 400)).toEqual([]);
  });

  it('hold no function above 120 lines', () => {
    const long = MODULES.flatMap((file) => functionsIn(textOf(file)).map((one) => ({ file, ...one })));
    expect(long.length).toBeGreaterThan(500);
    expect(long.filter(({ lines }) => lines > 120)).toEqual([]);
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
  const [own, other] = [roomOf(from), roomOf(to)];
  return own === other || `${own} → ${other}` === ALLOWED || rankOf(other) < rankOf(own);
}

function reachableFrom(starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...starts];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    open.push(...INSIDE.filter(({ from }) => from === file).map(({ to }) => to));
  }
  return reached;
}

function show({ from, to }: Import): string {
  return `${from} → ${to}`;
}

/** The maps and sets that a function writes to which is handed out of the call that made them. */
function writtenLater(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const [, indent = '', name] = /^( *)(?:const|let) (\w+)\b[^=]*= new (?:Map|Set)\b/.exec(line) ?? [];
    if (name === undefined) return [];
    const own = lines.slice(at + 1);
    const end = own.findIndex((later) => later.trim() !== '' && !later.startsWith(indent));
    const scope = end < 0 || indent === '' ? own : own.slice(0, end);
    const handedOut = scope.join('\n').split(`\n${indent}return `)[1]?.split(';')[0] ?? scope.join('\n');
    let inside = '';
    for (const later of scope) {
      if (later.startsWith(indent) && /\S/.test(later.charAt(indent.length)))
        inside =
          /^ *(?:export )?(?:async )?function (\w+)/.exec(later)?.[1] ?? (/^ *\}/.test(later) ? '' : inside);
      const writes = new RegExp(`\\b${name}\\.(?:set|add|delete|clear)\\(`).test(later);
      if (writes && inside !== '' && new RegExp(`\\b${inside}\\b`).test(handedOut)) return [name];
    }
    return [];
  });
}

/** The functions of a file and how many lines each takes, by its indentation. */
function functionsIn(text: string): readonly { readonly name: string; readonly lines: number }[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const [, indent = '', name] =
      /^( *)(?:export )?(?:async )?function\*? (\w+)/.exec(line) ??
      /^( *)(?:export )?const (\w+)[^=]*= (?:async )?\([^)]*\)[^=]*=> \{$/.exec(line) ??
      [];
    if (name === undefined) return [];
    const end = lines.findIndex((later, i) => i > at && new RegExp(`^${indent}\\}[;)]*$`).test(later));
    return end < 0 ? [] : [{ name, lines: end - at + 1 }];
  });
}

/** The text of a file without its comments. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** Code without the contents of its strings. */
function withoutTexts(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");
}
