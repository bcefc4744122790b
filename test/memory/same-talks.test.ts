/** Nobody notices a memory: the same talks, plain and remembering, are the same to the letter, also over midnight and with
 *  a changed handbook. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPrepared } from '../../src/app/prepared-file.ts';
import { readTexts } from '../../src/app/read-content.ts';
import type { Content } from '../../src/core/conversation/assistant.ts';
import type { Utterance } from '../../src/core/conversation/messages.ts';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import { parseSession, type Session, writeSession } from '../../src/core/conversation/session/session.ts';
import { turn } from '../../src/core/conversation/turn.ts';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { createHandbook } from '../../src/core/handbook/load.ts';
import { rememberHandbook } from '../../src/core/memory/handbook.ts';
import { createRememberingRenderer } from '../../src/core/memory/renderer.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { wechatLimits } from '../../src/wechat/channel.ts';
import { choicesIn, PREPARED, ROOT, SEAL, TODAY } from '../support.ts';

/** What merchants say in the stories, a talk each. */
const TALKS: readonly (readonly string[])[] = readdirSync(join(ROOT, 'test/stories')).map((file) =>
  [...readFileSync(join(ROOT, 'test/stories', file), 'utf8').matchAll(/^我：(.*)$/gm)].map(
    ([, said = '']) => said,
  ),
);

let plain: Content;
let remembering: Content;

/** A handbook without any memory, and the same behind all of them. */
async function both(change: (texts: Map<string, string>) => void = () => {}): Promise<[Content, Content]> {
  const texts = new Map(await readTexts(ROOT));
  change(texts);
  const handbook = createHandbook(texts, TODAY, await readPrepared(PREPARED, texts));
  return [{ handbook, renderer: createRenderer(handbook) }, behindMemory(handbook)];
}

function behindMemory(handbook: Handbook): Content {
  const remembered = rememberHandbook(handbook);
  return { handbook: remembered, renderer: createRememberingRenderer(remembered) };
}

/** Says all that is said, taps whatever is offered now and then, and gives all turns as text. `today`: by turn. */
function talk(
  content: () => Content,
  said: readonly string[],
  today: (turn: number) => string = () => TODAY,
): string[] {
  let session: Session | undefined;
  const turns: string[] = [];
  const say = (what: Pick<Utterance, 'kind' | 'text'> & { readonly pick?: string }) => {
    const at = new Date(Date.UTC(2026, 10, 24, 2, turns.length));
    const utterance = { id: `u${turns.length}`, who: 'w', at, ...what };
    const known = session && (parseSession(writeSession(session)) ?? 'damaged');
    const parts = {
      ...content(),
      limits: wechatLimits,
      today: today(turns.length),
      sessionDays: 30,
      seal: SEAL.seal,
    };
    const done = turn(parts, known, utterance);
    session = done.session;
    turns.push(JSON.stringify(done));
    return choicesIn(done.say);
  };
  for (const text of said) {
    const [choice] = say({ kind: 'text', text });
    if (choice && turns.length % 3 === 0) say({ kind: 'pick', text: choice.text, pick: choice.id });
  }
  say({ kind: 'text', text: '更多' });
  return turns;
}

beforeAll(async () => {
  [plain, remembering] = await both();
});

describe('the same talks', () => {
  it('are the same with and without memory, the first time and the second', () => {
    for (const said of TALKS) {
      const expected = talk(() => plain, said);
      expect(talk(() => remembering, said)).toEqual(expected);
      expect(talk(() => remembering, said)).toEqual(expected);
    }
  });

  it('are the same when midnight comes in between: dates are those of the day', () => {
    for (const said of TALKS) {
      const overnight = (count: number) => (count % 2 === 0 ? TODAY : '2026-12-31');
      const expected = talk(() => plain, said, overnight);
      expect(talk(() => remembering, said, overnight)).toEqual(expected);
    }
    const onDay = (day: string) =>
      TALKS.map((said) =>
        talk(
          () => remembering,
          said,
          () => day,
        ),
      );
    expect(onDay(TODAY)).not.toEqual(onDay('2026-11-25'));
  });

  it('are read the same by every reader, whatever question is open', () => {
    const said = [...new Set(TALKS.flat())].slice(0, 60).map(formsOf);
    for (const [id, reader] of plain.handbook.readers) {
      const other = remembering.handbook.readers.get(id) ?? expect.fail('no reader');
      const asks = asksOf(plain.handbook.dialogs.get(id) ?? expect.fail('no dialog'));
      for (const text of said) {
        // Twice in one order, so that what one question was answered is there when the next one is asked.
        for (const ask of [...asks, ...asks]) {
          expect(other.answer(ask, text)).toEqual(reader.answer(ask, text));
          expect(other.answer(ask, text, '广东')).toEqual(reader.answer(ask, text, '广东'));
          expect(other.reply(ask, text)).toEqual(reader.reply(ask, text));
          expect(other.exactly(ask, text)).toEqual(reader.exactly(ask, text));
          expect(other.mentions(text, ask)).toEqual(reader.mentions(text, ask));
        }
        expect(other.mentions(text)).toEqual(reader.mentions(text));
        expect(other.isQuestion(text)).toBe(reader.isQuestion(text));
      }
    }
  });

  it('are those of the handbook that holds, when another one takes its place', async () => {
    const [plainNext, next] = await both((texts) => {
      const file = 'content/phrases.yaml';
      texts.set(file, (texts.get(file) ?? '').replaceAll('备案号', '备案编号'));
      const filing = 'dialogs/filing.yaml';
      texts.set(filing, (texts.get(filing) ?? '').replace('label: 企业', 'label: 企业单位'));
    });
    for (const said of TALKS.slice(0, 12)) {
      let turns = 0;
      const swapping = (before: Content, after: Content) => {
        turns = 0;
        return () => (turns++ % 2 === 0 ? before : after);
      };
      const expected = talk(swapping(plain, plainNext), said);
      expect(talk(swapping(remembering, next), said)).toEqual(expected);
    }
  });

  it('share what is remembered: the same list and the same choice are one object', () => {
    const { renderer, handbook } = remembering;
    const [dialog] = handbook.dialogs.values();
    if (!dialog) throw new Error('no dialog');
    expect(renderer.opening(dialog)).toBe(renderer.opening(dialog));
    expect(handbook.walk(dialog, { subject: 'company' })).toBe(handbook.walk(dialog, { subject: 'company' }));
    expect(plain.handbook.walk(dialog, {})).not.toBe(plain.handbook.walk(dialog, {}));
  });
});
