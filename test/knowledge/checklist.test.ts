/** Who gets which paper, and why: the list alone, without dialogs. */
import { describe, expect, it } from 'vitest';
import {
  checklist,
  type ItemSpec,
  type ListSpec,
  type PaperSpec,
} from '../../src/core/knowledge/checklist.ts';

function aPaper(id: string): PaperSpec {
  return { id, name: id, how: '', mistake: '', source: [], confidence: 'high', checked: '2026-11' };
}

function anItem(id: string, group: string, when: ItemSpec['when']): ItemSpec {
  return { document: aPaper(id), group, when, rules: [], unsure: false };
}

const LIST: ListSpec = {
  id: 'filing',
  groups: ['subject', 'person'],
  toFill: ['permits'],
  photographed: [],
  checked: '2026-11-24',
  items: [
    anItem('licence', 'subject', { subject: ['company', 'sole-trader'] }),
    anItem('letter', 'person', [{ admin: 'other' }, { province: '广东', subject: 'company' }]),
    anItem('permit', 'permits', { trade: 'food' }),
  ],
  generated: [],
  ifAsked: [],
  remarks: [{ id: 'r', text: 'r', when: { subject: 'company' }, rules: [] }],
  notNeeded: [{ id: 'n', text: 'n', rules: [] }],
};

describe('a checklist', () => {
  it('has the groups that hold something, in the order of the list, and no empty one', () => {
    const { groups } = checklist(LIST, { subject: 'company', admin: 'other' });
    expect(groups.map(({ name, items }) => [name, items.length])).toEqual([
      ['subject', 1],
      ['person', 1],
    ]);
  });

  it('gives the clause that made a paper apply, the first of several', () => {
    const because = (facts: Record<string, string>) =>
      checklist(LIST, facts).groups.find(({ name }) => name === 'person')?.items[0]?.because;
    expect(because({ province: '广东', subject: 'company' })).toEqual({
      province: '广东',
      subject: 'company',
    });
    expect(because({ province: '广东', subject: 'company', admin: 'other' })).toEqual({ admin: 'other' });
    expect(because({ province: '广东', subject: 'sole-trader' })).toBeUndefined();
  });

  it('keeps the lines that hold, and those without a condition', () => {
    expect(checklist(LIST, {}).remarks).toEqual([]);
    expect(checklist(LIST, { subject: 'company' }).remarks).toHaveLength(1);
    expect(checklist(LIST, {}).notNeeded).toHaveLength(1);
  });
});
