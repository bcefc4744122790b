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

  it('--after says each text where these lead, with what it is like, how sure that is and why', async () => {
    const said = await ask('--after', '备案,企业', '备案手续要跑几天呢', '未上架');
    expect(said.match(/由 \w+ 认出：[\w-]+/g)).toHaveLength(2);
    expect(said).toContain('由 inDialog 认出：answer');
    expect(said).toMatch(/比的是「[^」]+」：\w+ \S+ \d+%/u);
    expect(said).toMatch(/把握：0\.\d\d（直接答 0\.75，试答 0\.4，列出 0\.2）\n {2}依据：\S+ [+−]\d/u);
  });
});
