/** Plays every story twice: through the pure turn, and through HTTP with real signatures and encryption. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble, type Running } from '../src/app/assemble.ts';
import { type Config, readConfig } from '../src/app/config.ts';
import { type Act, createPlatform, optionsOf, type Reply } from '../src/playground/platform/platform.ts';
import { actOf, difference, itemNames, readStory, type Story, type StoryStep } from './story.ts';
import { aPerson, PREPARED, ROOT, TODAY, theHandbook } from './support.ts';

const folder = join(ROOT, 'test/stories');
const files = (await readdir(folder)).filter((file) => file.endsWith('.md'));
const stories = await Promise.all(
  files.map(async (file) => [file, readStory(await readFile(join(folder, file), 'utf8'))] as const),
);

/** Somebody to play a story with: returns the reply as a person reads it, empty for silence. */
interface Player {
  act(step: Exclude<StoryStep, { kind: 'hear' | 'list' }>): Promise<string>;
}

async function play(story: Story, player: Player): Promise<void> {
  let heard = '';
  for (const step of story.steps) {
    if (step.kind === 'hear') {
      const wrong = difference(step.text, heard);
      if (wrong !== undefined) expect(heard, `line ${step.line}: ${wrong}`).toBe(step.text);
    } else if (step.kind === 'list') {
      heard = await player.act({ kind: 'say', text: '全部', line: step.line });
      let pages = heard;
      while (/^更多.*（第 \d+\/\d+ 页）$/mu.test(heard)) {
        heard = await player.act({ kind: 'say', text: '更多', line: step.line });
        pages += `\n${heard}`;
      }
      expect(itemNames(pages), `line ${step.line}`).toEqual(step.names);
    } else heard = await player.act(step);
  }
}

it('has at least ten stories', () => {
  expect(stories.length).toBeGreaterThanOrEqual(10);
});

describe('through the pure turn', async () => {
  const handbook = await theHandbook();
  it.each(stories)('%s', async (_, story) => {
    const person = aPerson(handbook, { today: story.today ?? TODAY });
    await play(story, {
      act: async (step) => {
        if (step.kind === 'tap') return person.tap(step.text);
        return step.kind === 'say' ? person.say(step.text) : quiet(person.does(actOf(step.text)));
      },
    });
  });
});

describe('through HTTP, encrypted', () => {
  const directories: string[] = [];
  const assistants = new Map<string, Running>();
  let config: Config;

  beforeAll(async () => {
    for (const day of new Set(stories.map(([, { today }]) => today ?? TODAY))) {
      const directory = await mkdtemp(join(tmpdir(), 'stories-'));
      directories.push(directory);
      config = {
        ...(config ?? readConfig({ PORT: '0', RATE_LIMIT: 'off' })),
        dataDir: directory,
        today: day,
      };
      assistants.set(
        day,
        await assemble(config, { root: ROOT, prepared: PREPARED, log: pino({ level: 'silent' }) }),
      );
    }
  });

  afterAll(async () => {
    await Promise.all([...assistants.values()].map((running) => running.stop()));
    await Promise.all(directories.map((directory) => rm(directory, { recursive: true })));
  });

  it.each(stories)('%s', async (file, story) => {
    const running = assistants.get(story.today ?? TODAY);
    const platform = createPlatform({
      url: `${running?.url}/wechat`,
      account: config.wechat.originalId,
      appId: config.wechat.appId,
      token: config.wechat.tokens[0] ?? '',
      aesKey: config.wechat.aesKey,
      mode: 'safe',
    });
    const from = `o${createHash('sha256').update(file).digest('hex').slice(0, 27)}`;
    let last: Reply | undefined;
    await play(story, {
      act: async (step) => {
        const result = await platform.send({ from, ...actFor(step, last) });
        if (result.outcome === 'fault')
          throw new Error(`line ${step.line}: the platform shows a fault: ${result.fault}`);
        last = result.outcome === 'reply' ? result.reply : undefined;
        return last?.text ?? '';
      },
    });
  });
});

function actFor(step: Exclude<StoryStep, { kind: 'hear' | 'list' }>, last: Reply | undefined): Act {
  if (step.kind === 'say') return { kind: 'text', text: step.text };
  if (step.kind === 'tap') {
    const option = last && optionsOf(last).find(({ label }) => label.replace(/^\d+\. /, '') === step.text);
    if (!option) throw new Error(`line ${step.line}: no option "${step.text}" in the last reply`);
    return { kind: 'pick', text: option.content, id: option.menuId };
  }
  const { kind, text } = actOf(step.text);
  switch (kind) {
    case 'arrive':
      return { kind: 'event', event: 'subscribe', key: '' };
    case 'leave':
      return { kind: 'event', event: 'unsubscribe', key: '' };
    case 'press':
      return { kind: 'event', event: 'CLICK', key: text };
    case 'scan':
      return { kind: 'event', event: 'SCAN', key: text };
    case 'image':
      return { kind: 'image' };
    case 'media':
      return { kind: 'video' };
    case 'voice':
      return { kind: 'voice' };
    case 'text':
      return { kind: 'voice', recognition: text };
    case 'location':
      return { kind: 'location', latitude: 31.2, longitude: 121.5, label: text };
    case 'link':
      return { kind: 'link', title: text, description: '', url: 'https://www.example.test/' };
    default:
      return { kind: 'sticker' };
  }
}

function quiet(text: string): string {
  return text === '【silence】' ? '' : text;
}
