/** An answer of fact is the one of the merchant's own facts. */
import { expect, it } from 'vitest';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import { theHandbook } from '../support.ts';

it('is the first of its variants that holds, else the common one', async () => {
  const handbook = await theHandbook();
  const { answer } = createRenderer(handbook);
  const entry = handbook.faq.byId('F001');
  if (!entry) throw new Error('F001 is gone');
  const twofold = {
    ...entry,
    variants: [
      { when: { subject: ['company'], listed: ['no'] }, answer: ['first'] },
      { when: { subject: ['company'] }, answer: ['second'] },
    ],
  };
  expect(answer(twofold, { subject: 'company', listed: 'no' })[0]).toBe('first');
  expect(answer(twofold, { subject: 'company', listed: 'yes' })[0]).toBe('second');
  expect(answer(twofold, { subject: 'person' }).slice(0, -1)).toEqual(entry.answer);
});
