/** Drafts of the remark, for every kind of merchant, business, permit and province: one line of 20 to 200 characters that
 *  says 不涉及 only where it is true, and that our own check has nothing against once it is filled in. */

import { beforeAll, describe, expect, test } from 'vitest';
import { askOf } from '../../../src/core/dialog/dialog.ts';
import { walk } from '../../../src/core/dialog/walk.ts';
import type { Facts } from '../../../src/core/facts.ts';
import type { Handbook } from '../../../src/core/handbook/handbook.ts';
import { adviceFor } from '../../../src/core/knowledge/deadlines.ts';
import { counts } from '../../../src/core/knowledge/findings/findings.ts';
import { idsOf } from '../../../src/core/pasted.ts';
import { formsOf } from '../../../src/core/text/forms.ts';
import { aPerson, TODAY, theHandbook } from '../../support.ts';

const WITH_PERMIT = ['drugs', 'training', 'content', 'more'];
const NOT_FOR_PERSONS = ['ordering', 'selling', 'booking', 'members', 'internal'];
const CLAUSE = '不涉及新闻、出版、金融等前置审批内容';

interface Case {
  readonly facts: Facts;
  /** The draft, if there is one, and the sentences that are added to it. */
  readonly drafts: readonly string[];
  readonly added: readonly string[];
}

let handbook: Handbook;
let cases: readonly Case[];

beforeAll(async () => {
  handbook = await theHandbook();
  const optionsOf = (fact: string) =>
    askOf(theDialog(), fact)?.options.map(({ id }) => id) ?? expect.fail(`no question about ${fact}`);
  cases = optionsOf('subject').flatMap((subject) =>
    optionsOf('does').flatMap((does) =>
      optionsOf('permit').flatMap((permit) =>
        optionsOf('province').map((province) => caseOf({ subject, does, permit, province })),
      ),
    ),
  );
});

function theDialog() {
  return handbook.dialogs.get('remark') ?? expect.fail('there is no dialog about remarks');
}

function caseOf(said: Facts): Case {
  const known = { ...said, 'remark-task': 'draft', 'other-kind': 'government' };
  const { end, facts } = walk(theDialog(), known, handbook.derive);
  expect(end?.id).toBe('draft');
  const shown = adviceFor(handbook.advice.get(end?.advice ?? '') ?? [], facts, TODAY);
  const first = (matching: RegExp) =>
    shown.flatMap(({ spec, period }) => (matching.test(spec.id) ? period.lines.slice(0, 1) : []));
  return {
    facts,
    drafts: first(/^draft-(?:ordering|selling|booking|members|showing|tool|internal|activities|other)/),
    added: first(/^(?:declare|draft-scope-only)/),
  };
}

function filled(text: string, blank: string): string {
  return text.replace(/【[^】]*】/gu, blank);
}

test('there are many cases, and a draft for each of them but for a person who would do business', () => {
  expect(cases).toHaveLength(6 * 9 * 6 * 31);
  for (const { facts, drafts, added } of cases) {
    const refused = facts.subject === 'person' && NOT_FOR_PERSONS.includes(facts.does ?? '');
    if (drafts.length !== (refused ? 0 : 1)) expect.fail(`${JSON.stringify(facts)}: ${drafts.length} drafts`);
    if (refused) expect(added).toEqual([]);
  }
});

describe('each draft', () => {
  test('is 20 to 200 characters long, with few letters in its blanks and alone, with many and all that is added', () => {
    for (const { facts, drafts, added } of cases) {
      for (const draft of drafts) {
        const least = facts.province === '内蒙古' && facts.subject === 'person' ? 30 : 20;
        const short = [...filled(draft, '甲乙')].length;
        const long = [...filled([draft, ...added].join(''), '甲乙丙丁戊己庚辛')].length;
        if (short < least || long > 200) expect.fail(`${short} to ${long}: ${draft}`);
      }
    }
  });

  test('is one line with blanks to fill in', () => {
    for (const draft of new Set(cases.flatMap(({ drafts }) => drafts))) {
      expect(draft).toMatch(/^[^\n]*【[^】\n]+】[^\n]*。$/u);
    }
  });

  test('denies a pre-approval only where the merchant has none', () => {
    for (const { facts, drafts } of cases) {
      const truly = !WITH_PERMIT.includes(facts.permit ?? '');
      for (const draft of drafts) if (draft.includes(CLAUSE) !== truly) expect.fail(JSON.stringify(facts));
    }
  });

  test('has nothing against it in our own check once it is filled in', () => {
    const findings = handbook.findings.get('remark') ?? expect.fail('nothing is found in a remark');
    for (const { facts, drafts, added } of cases) {
      for (const draft of drafts) {
        const reading = findings.read(formsOf(filled([draft, ...added].join(''), '甲乙')));
        const ids = reading.kind === 'found' ? idsOf(reading.value) : ['not read'];
        const wrong = ids.filter((id) => {
          const finding = findings.byId(id);
          return id === 'not read' || (finding !== undefined && counts(finding, facts));
        });
        if (wrong.length > 0) expect.fail(`${JSON.stringify(facts)}: ${wrong.join(', ')} in ${draft}`);
      }
    }
  });

  test('as it is shown, with its blanks still empty, is sent back', () => {
    const findings = handbook.findings.get('remark') ?? expect.fail('nothing is found in a remark');
    for (const draft of new Set(cases.flatMap(({ drafts }) => drafts))) {
      const reading = findings.read(formsOf(draft));
      expect(reading.kind === 'found' && idsOf(reading.value)).toContain('R-25-blanks');
    }
  });
});

test('why 不涉及 is left out is said with the draft, and a draft is called one', () => {
  const person = aPerson(handbook);
  for (const text of ['备注', '写草稿', '企业', '湖南', '药品', '卖商品']) person.say(text);
  const said = person.allPages();
  expect(said).toContain('备注草稿');
  expect(said).toContain('为什么没写「不涉及前置审批」');
  expect(said).not.toContain(CLAUSE.concat('。\n'));
});
