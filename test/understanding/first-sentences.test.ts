/** What people say first, before anything is open: as merchants were heard to say it (reports of test merchants and of
 *  public pages, personal details replaced), with what must come of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { freshSession } from '../../src/core/conversation/session/session.ts';
import { locate } from '../../src/core/conversation/session/whereabouts.ts';
import type { Intent } from '../../src/core/conversation/understand/intent.ts';
import { recognise } from '../../src/core/conversation/understand/understand.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { TODAY, theHandbook } from '../support.ts';

let handbook: Handbook;
beforeAll(async () => {
  handbook = await theHandbook();
});

function heard(text: string): Intent {
  const session = freshSession(new Date(0));
  return recognise(formsOf(text), { handbook, session, today: TODAY, ...locate(handbook, session) }).intent;
}

const SHOP = { which: 'subject', among: ['company', 'sole-trader'] };

describe('who wants to file, verify, or tells how far it is', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['你好，我想弄小程序备案', 'filing', {}],
    ['备案问一下', 'filing', {}],
    ['我要背案', 'filing', {}],
    ['wo yao beian', 'filing', {}],
    ['我要做xiaochengxu beian', 'filing', {}],
    ['i want to file my mini program', 'filing', {}],
    ['帮老板弄小程序备案', 'filing', {}],
    ['微信通知说我的小程序要备案', 'filing', {}],
    ['个体互', 'filing', { subject: 'sole-trader' }],
    ['我们是做少儿编程培训的公司', 'filing', { subject: 'company' }],
    ['我们是杭州的有限公司，小程序还没上', 'filing', { subject: 'company', province: '浙江' }],
    ['你好，我想给我的蛋糕店弄个小程序备案，个体户', 'filing', { subject: 'sole-trader' }],
    [
      '健身房会员小程序，公司，没上架，成都，会有直播课',
      'filing',
      { subject: 'company', province: '四川', listing: 'unlisted' },
    ],
    [
      '我是广东的个体户，小程序还没上架，我自己管，卖衣服，没备案过，还没认证',
      'filing',
      {
        subject: 'sole-trader',
        province: '广东',
        listing: 'unlisted',
        admin: 'same',
        permit: 'none',
        verification: 'unverified',
      },
    ],
    ['我人在上海，身份证是安徽的', 'filing', { province: '上海' }],
    ['没上架', 'filing', { listing: 'unlisted' }],
    ['我就是法人，公司卖茶叶，没做过备案', 'filing', { admin: 'same', icp: 'none' }],
    ['还没上架', 'filing', { listing: 'unlisted' }],
    ['没有上价', 'filing', { listing: 'unlisted' }],
    ['我们公司备案被驳回了', 'filing', { subject: 'company', listing: 'rejected' }],
    ['想问下认证的事', 'verification', {}],
    ['收到通知说认证要年审', 'verification', {}],
    ['我提交了', 'progress', {}],
    ['备案提交了然后呢', 'progress', {}],
    ['收到12381短信了', 'progress', {}],
    ['认证完了', 'progress', {}],
    ['备案号下来了然后干嘛', 'progress', { stage: 'passed' }],
    ['备案通过了', 'progress', { stage: 'passed' }],
    ['公司备案通过了，接下来干什么', 'progress', { stage: 'passed' }],
    ['备案下来了，然后呢', 'progress', { stage: 'passed' }],
    ['公司改名了备案要改', 'afterwards', { change: 'name' }],
    ['公司小程序被管局驳回了说承诺书不对怎么弄', 'rejection', { rejection: 'R-12' }],
    ['被驳回了说承诺书不对', 'rejection', { rejection: 'R-12' }],
    ['又退了', 'rejection', {}],
    ['备案被打回来了不知道怎么改', 'rejection', {}],
    ['帮我看看这个名字能不能用', 'naming', {}],
    ['备注不会写', 'remark', {}],
  ])('%s opens %s', (text, dialog, facts) => {
    const intent = heard(text);
    expect(intent).toMatchObject({ kind: 'open', dialog });
    if (intent.kind === 'open') expect(Object.fromEntries(intent.facts)).toMatchObject(facts);
  });

  it.each([
    ['我们是乡镇中心小学', { which: 'subject', among: ['institution', 'social', 'company'] }],
    ['喂你好啊，我开了一个小吃店，弄了个小程序，微信给我发了个通知说要备案', SHOP],
  ])('%s is asked which', (text, { which, among }) => {
    expect(heard(text)).toMatchObject({ kind: 'which', dialog: 'filing', fact: which, values: among });
  });
});

describe('who asks', () => {
  it.each([
    ['流程', 'X004'],
    ['材料', 'X123'],
    ['网址', 'F004'],
    ['多少钱', 'F003'],
    ['那要多久', 'F021'],
    ['备安要多久', 'F021'],
    ['xiaochengxu beian yao duojiu', 'F021'],
    ['how long does filing take', 'F021'],
    ['小程序備案要多久', 'F021'],
    ['请问一下备案要多久呢，谢谢', 'F021'],
    ['收不到簡訊怎麼辦', 'F073'],
  ])('%s is answered with %s', (text, id) => {
    expect(heard(text)).toMatchObject({ kind: 'question', found: [{ kind: 'answer', entry: { id } }] });
  });

  it.each([
    ['备案要多久要钱吗', ['F021', 'F003']],
    ['备案要钱吗 要多久', ['F003', 'F021']],
  ])('%s is answered twice', (text, ids) => {
    const intent = heard(text);
    const found = intent.kind === 'question' ? intent.found : [];
    expect(found.map((one) => (one.kind === 'answer' ? one.entry.id : one.kind))).toEqual(ids);
  });
});

describe('who wants something else', () => {
  it.each([
    ['有人吗', 'person'],
    ['投诉', 'person'],
    ['电话多少', 'person'],
    ['human please', 'person'],
    ['清单再发一次', 'list'],
    ['我填错了', 'facts'],
    ['问好了', 'resume'],
    ['我是代理公司，帮客户做备案，手里有五六个小程序', 'switch'],
  ])('%s is the command %s', (text, command) => {
    expect(heard(text)).toEqual({ kind: 'command', command });
  });

  it.each([
    ['全部清空重来', 'restart'],
    ['把我的记录删了', 'forget'],
    ['我还有一个小程序要备案', 'new'],
  ])('%s is asked first', (text, command) => {
    expect(heard(text)).toEqual({ kind: 'ask-first', command });
  });

  it.each([
    ['等一下我问问老板', 'D97'],
    ['明天再来', 'D98'],
    ['不想弄了', 'D99'],
    ['好的', 'D61'],
    ['ok', 'D61'],
    ['收到', 'D61'],
  ])('%s gets a word', (text, id) => {
    expect(heard(text)).toMatchObject({
      kind: 'question',
      found: [{ kind: 'out-of-scope', subject: { id } }],
    });
  });
});
