/** The reference of the settings in both languages, out of the schema (src/app/config.ts), the comments of .env.example and
 *  docs/zh/settings.yaml. */
import { parse } from 'yaml';
import { z } from 'zod';
import { settingsReference } from '../app/config.ts';
import { SECRETS } from '../app/secret-files.ts';

interface Language {
  readonly title: string;
  readonly intro: string;
  readonly fallback: string;
  /** Absent where the words say it already: the remedies of the program are English. */
  readonly takes?: string;
  readonly from: string;
  readonly none: string;
  readonly textOf: (name: string) => string;
}

/** File → text. @throws Error where a setting has no words in one of the languages. */
export function settingsPages(example: string, chinese: string): ReadonlyMap<string, string> {
  const english = wordsOf(example);
  const words = z.record(z.string(), z.string()).parse(parse(chinese));
  const pages = {
    'docs/settings.md': page({
      title: 'Settings',
      intro:
        'All are optional until an account is connected. Set them in the environment, or in `.env` of the folder it is started in. Mistakes stop the start and are all listed at once. Made by `npm run settings`.',
      fallback: 'Default',
      takes: 'To fill in',
      from: 'May be read from a file',
      none: 'none',
      textOf: (name) => english.get(name) ?? missing(name, '.env.example'),
    }),
    'docs/zh/settings.md': page({
      title: '配置参考',
      intro:
        '接入公众号之前全部可选。写在环境变量里，或写在启动文件夹的 `.env` 里。填错会阻止启动，并一次列出所有问题。本页由 `npm run settings` 生成。',
      fallback: '默认',
      from: '可以从文件读',
      none: '无',
      textOf: (name) => words[name] ?? missing(name, 'docs/zh/settings.yaml'),
    }),
  };
  return new Map(Object.entries(pages));
}

function page({ title, intro, fallback, takes, from, none, textOf }: Language): string {
  const settings = settingsReference().flatMap((setting) => {
    const isSecret = SECRETS.some((name) => name === setting.name);
    return [
      `## ${setting.name}`,
      '',
      textOf(setting.name),
      '',
      `- ${fallback}: ${setting.fallback === undefined ? none : `\`${setting.fallback}\``}`,
      ...(takes === undefined || setting.takes === undefined
        ? []
        : [`- ${takes}: ${escaped(setting.takes)}`]),
      ...(isSecret ? [`- ${from}: \`${setting.name}_FILE\``] : []),
      '',
    ];
  });
  return [`# ${title}`, '', intro, '', ...settings].join('\n');
}

/** The comment above each setting of .env.example; what it says of the default stands in a line of its own. */
function wordsOf(example: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  let comment: string[] = [];
  for (const line of example.split('\n')) {
    const [, name] = /^# ([A-Z][A-Z0-9_]*)=/.exec(line) ?? [];
    if (name !== undefined) words.set(name, escaped(comment.join(' ').replace(/ Default: [^.]*\.$/, '')));
    else if (line.startsWith('#')) comment.push(line.slice(1).trim());
    if (name !== undefined || line === '') comment = [];
  }
  return words;
}

/** Angle brackets would be taken for markup. */
const escaped = (text: string) => text.replace(/<([^>]*)>/g, '`<$1>`');

function missing(name: string, file: string): never {
  throw new Error(`${file} says nothing of ${name}`);
}
