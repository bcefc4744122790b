/** How questions are found: what is learnt is plain data, always the same, and reads like the phrasings it was learnt from. */

import { describe, expect, it } from 'vitest';
import { buildFaqIndex, createFaq } from '../../../src/core/knowledge/search/faq.ts';
import { ngramsOf } from '../../../src/core/knowledge/search/ngrams.ts';
import { buildIndex, createRetrieval } from '../../../src/core/knowledge/search/retrieval.ts';
import type { FaqEntry, OutOfScope, Wish } from '../../../src/core/knowledge/search/targets.ts';
import { formsOf } from '../../../src/core/text/forms.ts';

const anEntry = (id: string, question: string, also: readonly string[]): FaqEntry => ({
  id,
  question,
  also,
  answer: ['…'],
  variants: [],
  source: [],
  confidence: 'high',
  checked: '2026-11',
  rules: [],
  see: [],
  named: [],
});
const entries = [
  anEntry('time', '备案要多久', ['几天能下来', '备案几天能好', '多久能拿到备案号', 'how many working days']),
  anEntry('cost', '备案收费吗', ['备案要花钱吗', '备案多少钱', '办备案要交费吗', '备案免费吗']),
  anEntry('photo', '执照照片怎么拍', ['执照拍不清楚', '照片要拍原件吗', '执照反光怎么办', '拍照要四个角吗']),
];
const outOfScope: readonly OutOfScope[] = [
  { id: 'weather', topic: '天气', phrases: ['今天天气怎么样', '明天下雨吗', '气温多少度', '外面冷不冷'] },
];
const lexicon = { replace: [['要钱', '收费'] as const] };
const thresholds = { direct: 0.5, tentative: 0.3, suggest: 0.1, suggestions: 3, weights: [-2, 1] };
const wishes: readonly Wish[] = [
  {
    id: 'start',
    does: { opens: 'filing', facts: {} },
    phrases: ['我想备案', '帮我弄备案', '来办备案的', '我要做备案'],
  },
];
const words = {
  ours: ['备案', '执照'],
  courtesiesBefore: ['请问'],
  courtesiesAfter: ['谢谢', '发我一下'],
  joins: ['还有'],
  questionWords: ['多久', '怎么', '吗'],
  questionEnds: ['不'],
};
const sources = { entries, wishes, outOfScope, lexicon, words };

describe('an index', () => {
  it('is the same whenever it is built of the same phrasings', () => {
    expect(buildFaqIndex(sources)).toEqual(buildFaqIndex(sources));
  });

  it('is plain data: what is kept and read back answers as what was built', () => {
    const built = buildFaqIndex(sources);
    const fresh = createFaq({ ...sources, thresholds });
    const kept = createFaq({ ...sources, thresholds, learnt: structuredClone(built) });
    for (const text of ['备案大概几天', '要钱不', '执照怎么拍', '明天天气如何', '完全无关的话'])
      expect(kept.findEach(formsOf(text))).toEqual(fresh.findEach(formsOf(text)));
  });

  it('changes little for other questions where one phrasing is taken away', () => {
    const asked = ['备案大概几天', '花不花钱', '拍执照反光', '雨下不下', '想弄备案', '免费办吗'];
    const changed = entries.map((entry) =>
      entry.id === 'photo' ? { ...entry, also: entry.also.slice(1) } : entry,
    );
    const chances = (faq: ReturnType<typeof createFaq>) =>
      asked.filter((text) => !text.includes('执照')).map((text) => faq.verdict(formsOf(text))?.target.id);
    expect(chances(createFaq({ ...sources, entries: changed, thresholds }))).toEqual(
      chances(createFaq({ ...sources, thresholds })),
    );
  });

  it('of more classes than are learnt still finds the nearest', () => {
    const classes = Array.from({ length: 1_100 }, (_, i) => [
      `问题${String.fromCharCode(0x4e00 + i)}怎么办`,
      `${String.fromCharCode(0x4e00 + i)}的事`,
    ]);
    const { rank } = createRetrieval(buildIndex(classes));
    const wanted = 700;
    expect(rank(`${String.fromCharCode(0x4e00 + wanted)}怎么办呢`).ranked[0]?.classIndex).toBe(wanted);
  });
});

describe('a question', () => {
  const faq = createFaq({ ...sources, thresholds });

  it.each([
    ['备案大概几天能下来呀', 'time'],
    ['备案到底要不要花钱', 'cost'],
    ['执照拍照反光了', 'photo'],
    ['今天外面下雨吗', 'weather'],
  ])('in other words is found: %s', (text, id) => expect(faq.verdict(formsOf(text))?.target.id).toBe(id));

  it('is known to the letter, whatever spaces and punctuation it has', () => {
    expect(faq.exact(formsOf('How many  working-days?'))?.id).toBe('time');
    expect(faq.exact(formsOf('howmanyworkingdays'))?.id).toBe('time');
  });

  it('reads words of the lexicon as ours', () => expect(faq.exact(formsOf('备案要钱吗'))?.id).toBe('cost'));

  it('says how much of it was never heard', () => {
    const { rank } = createRetrieval(buildFaqIndex(sources).index);
    expect(rank('备案').familiar).toBe(1);
    expect(rank('龘龘备案').familiar).toBeCloseTo(2 / 3);
    expect(rank('龘').ranked).toEqual([]);
  });

  it('is not turned away for a subject out of scope that is only near', () => {
    const doubtful = createFaq({ ...sources, thresholds: { ...thresholds, weights: [-1, 0.1] } });
    expect(doubtful.verdict(formsOf('天气怎么样备案几天'))?.target.id).toBe('weather');
    expect(doubtful.find(formsOf('天气怎么样备案几天')).kind).toBe('suggest');
  });

  it('is known to the letter without the courtesies around it', () => {
    expect(faq.find(formsOf('请问备案要多久，谢谢'))).toMatchObject({ kind: 'answer', share: 1 });
    expect(faq.find(formsOf('谢谢')).kind).toBe('unknown');
  });

  it('that is likely and not sure is answered tentatively, where it names what we are about', () => {
    const shy = createFaq({ ...sources, thresholds: { ...thresholds, direct: 0.99 } });
    expect(shy.find(formsOf('备案大概几天下来'))).toMatchObject({ kind: 'tentative', entry: { id: 'time' } });
    const foreign = createFaq({
      ...sources,
      words: { ...words, ours: ['税'] },
      thresholds: { ...thresholds, direct: 0.99 },
    });
    expect(foreign.find(formsOf('备案大概几天下来')).kind).not.toBe('tentative');
  });

  it('is told from a wish to have it done', () => {
    expect(faq.find(formsOf('你好我想弄备案'))).toMatchObject({ kind: 'wish', wish: { id: 'start' } });
    expect(faq.find(formsOf('备案几天能弄好'))).toMatchObject({ kind: 'answer', entry: { id: 'time' } });
  });

  it('after another one in the same message is found too, about the same thing', () => {
    const ids = (text: string) =>
      faq.findEach(formsOf(text)).map((found) => (found.kind === 'answer' ? found.entry.id : found.kind));
    expect(ids('备案要多久要钱吗')).toEqual(['time', 'cost']);
    expect(ids('备案收费吗 要多久')).toEqual(['cost', 'time']);
    expect(ids('备案要多久呢')).toEqual(['time']);
  });

  it('names what it is about before an elliptic one is taken for something else', () => {
    const certain = createFaq({
      ...sources,
      entries: [...entries, anEntry('cost-photo', '执照要花钱吗', ['执照要交费吗', '执照多少钱'])],
      thresholds,
    });
    const ids = certain
      .findEach(formsOf('执照照片怎么拍，要花钱吗'))
      .map((found) => 'entry' in found && found.entry.id);
    expect(ids).toEqual(['photo', 'cost-photo']);
  });

  it('for one province is none where the province is not named', () => {
    const local = {
      ...anEntry('local', '福建备案要公章吗', ['福建备案盖章吗', '福建盖公章']),
      named: ['福建'],
    };
    const all = createFaq({ ...sources, entries: [...entries, local], thresholds });
    expect(all.find(formsOf('福建备案盖不盖公章'))).toMatchObject({ entry: { id: 'local' } });
    expect(all.verdict(formsOf('备案盖不盖公章'))?.target.id).not.toBe('local');
    expect(all.nearest(formsOf('备案盖不盖公章'), 5).map(({ id }) => id)).not.toContain('local');
  });

  it('that is not sure is offered beside a wish that is near', () => {
    const shy = createFaq({
      ...sources,
      thresholds: { ...thresholds, direct: 0.99, tentative: 0.98, weights: [-1, 0.1] },
    });
    expect(shy.find(formsOf('想来办备案呀'))).toMatchObject({ kind: 'suggest', wish: { id: 'start' } });
  });

  it('of one letter is none', () => expect(faq.find(formsOf('拍')).kind).toBe('unknown'));

  it('tells why it is taken for what it is', () => {
    const { compared, exact, chance, signals, nearest } = faq.weigh(formsOf('请问备案几天能弄下来'));
    expect({ compared, exact }).toEqual({ compared: '备案几天能弄下来', exact: false });
    expect(chance).toBe(faq.verdict(formsOf('备案几天能弄下来'))?.chance);
    expect(nearest[0]).toMatchObject({ id: 'time', title: '备案要多久' });
    expect(signals.map(({ name }) => name)).toContain('odds');
    expect(faq.weigh(formsOf('备案要多久'))).toMatchObject({ exact: true, chance: 1 });
  });

  it('without a Chinese character is not guessed', () =>
    expect(faq.find(formsOf('select days from working')).kind).toBe('unknown'));
});

it('a text is compared by its units, their neighbours, and both its ends', () => {
  expect([...ngramsOf('备案 icp 号')].sort()).toEqual(
    ['备', '案', 'icp', '号', ' 备', '备 案', '案 icp', 'icp 号', '号 '].sort(),
  );
  expect(ngramsOf('working days')).toContain('working days');
});
