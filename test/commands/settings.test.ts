/** The reference of the settings says what the program reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS, settingsReference } from '../../src/app/config.ts';
import { settingsPages } from '../../src/commands/settings-pages.ts';
import { ROOT } from '../support.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const pages = () => settingsPages(read('.env.example'), read('docs/zh/settings.yaml'));

describe('the reference of the settings', () => {
  it('is up to date in both languages (npm run settings)', () => {
    for (const [file, text] of pages()) expect(read(file), file).toBe(text);
  });

  it('has all settings in their order, with defaults and what they take', () => {
    for (const text of pages().values()) {
      expect([...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name)).toEqual(SETTINGS);
    }
    const of = new Map(settingsReference().map((one) => [one.name, one]));
    expect(of.get('SESSION_TTL_DAYS')).toMatchObject({
      fallback: '30',
      takes: expect.stringContaining('1 to 365'),
    });
    expect(of.get('REDIS_URL')?.fallback).toBeUndefined();
  });

  it('stops where a setting has no words', () => {
    expect(() => settingsPages(read('.env.example'), 'PORT: 端口')).toThrow(
      'docs/zh/settings.yaml says nothing of NODE_ENV',
    );
  });
});
