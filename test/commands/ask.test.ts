/** `npm run ask`, for editors: the order in which a text is understood, and who understood one. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ORDER } from '../../src/core/conversation/understand/understand.ts';
import { ROOT } from '../support.ts';

async function ask(...texts: readonly string[]): Promise<string> {
  const args = ['--import', 'tsx', 'src/commands/ask.ts', ...texts];
  return (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;
}

describe('npm run ask', () => {
  it('prints the recognisers in their order, each with what it looks for', async () => {
    const lines = (await ask()).trim().split('\n').slice(1);
    expect(lines.map((line) => /^\d+\. (\w+)：.+/.exec(line)?.[1])).toEqual(Object.keys(ORDER));
  });

  it('says texts as one merchant, and tells who understood each, as what, and what is answered', async () => {
    const said = await ask('备案', '企业', '备案要多久');
    expect(said.match(/由 \w+ 认出：[\w-]+/g)).toEqual([
      '由 opening 认出：open',
      '由 inDialog 认出：answer',
      '由 question 认出：question',
    ]);
    expect(said).toContain('助手：好，主体类型：企业。');
  });
});
