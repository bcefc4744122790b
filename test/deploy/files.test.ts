/** What deploy/, the image and the workflows say must agree with the program, and use nobody's code unseen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SETTINGS } from '../../src/app/config.ts';
import { SECRETS } from '../../src/app/secret-files.ts';
import { createMetrics, type Outcome } from '../../src/server/metrics.ts';
import { ROOT } from '../support.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { scripts, engines } = z
  .object({ scripts: z.record(z.string(), z.string()), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(read('package.json')));
const isSetting = (name: string) =>
  SETTINGS.includes(name) || SECRETS.some((secret) => name === `${secret}_FILE`);

describe('the program is started as npm run serve starts it', () => {
  it('in the image', () => {
    const [, command = ''] = /^CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? [];
    expect(z.array(z.string()).parse(JSON.parse(command)).join(' ')).toBe(scripts.serve);
  });

  it('as a service', () => {
    const [, command] = /^ExecStart=(.*)$/m.exec(read('deploy/systemd/beian-assistant.service')) ?? [];
    expect(command).toBe(`/usr/bin/${scripts.serve}`);
  });
});

describe('the image', () => {
  it('runs as nobody special, and has nothing to build with in its last stage', () => {
    const last =
      read('Dockerfile')
        .replace(/^#.*$/gm, '')
        .split(/^FROM /m)
        .at(-1) ?? '';
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last).not.toMatch(/npm (?:ci|install|run)|apt-get/);
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
  });

  it('takes in what it copies, and no secret or data', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toContain('*');
    const taken = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect([...copied].sort()).toEqual([...taken].sort());
  });
});

describe('settings that are handed over', () => {
  it.each([
    'compose.yaml',
    'Dockerfile',
    'deploy/systemd/beian-assistant.service',
    'deploy/kubernetes/deployment.yaml',
    'deploy/kubernetes/secret.example.yaml',
  ])('exist: %s', (file) => {
    const own = ['SITE_ADDRESS', 'UPSTREAMS', 'BIND', 'HTTP_PORT', 'HTTPS_PORT', 'NODE_IMAGE', 'ALL'];
    const words = read(file)
      .split('\n')
      .filter((line) => !/^\s*#/.test(line))
      .flatMap((line) => line.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []);
    const names = words.filter((name) => !own.includes(name) && !/^(?:AF|CAP)_/.test(name));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !isSetting(name))).toEqual([]);
  });
});

const Workflow = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.record(z.string(), z.string()),
      'timeout-minutes': z.number(),
      strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.number())) }).optional(),
      steps: z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});
const workflows = readdirSync(join(ROOT, '.github/workflows')).map(
  (file) => [file, Workflow.parse(parse(read(`.github/workflows/${file}`)))] as const,
);

describe('the workflows', () => {
  it.each(workflows)(
    '%s may do nothing by default, and uses only actions that are pinned by a hash',
    (_, workflow) => {
      expect(workflow.permissions).toEqual({});
      for (const { steps } of Object.values(workflow.jobs))
        for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    },
  );

  it('run .ci/run on each supported Node, the oldest one first', () => {
    const ci = workflows.find(([file]) => file === 'ci.yml')?.[1];
    const test = ci?.jobs.test;
    expect(test?.steps.map(({ run }) => run)).toContain('bash .ci/run');
    expect(test?.strategy?.matrix.node).toEqual([20, 22, 24]);
    expect(engines.node).toMatch(/^>=20\./);
  });
});

describe('Kubernetes', () => {
  const files = readdirSync(join(ROOT, 'deploy/kubernetes')).filter((file) => !/kustom|example/.test(file));
  const Resource = z.looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string() }),
  });

  it('lists each of its files, and all are of one name', () => {
    const { resources } = z
      .looseObject({ resources: z.array(z.string()) })
      .parse(parse(read('deploy/kubernetes/kustomization.yaml')));
    expect([...resources].sort()).toEqual([...files].sort());
    for (const file of files)
      expect(Resource.parse(parse(read(`deploy/kubernetes/${file}`))).metadata.name).toBe('beian-assistant');
  });

  it('selects the pods that it makes, everywhere', () => {
    const labels = files.flatMap((file) =>
      [...read(`deploy/kubernetes/${file}`).matchAll(/app\.kubernetes\.io\/name: ([\w-]+)/g)].map(
        ([, name]) => name,
      ),
    );
    expect(labels.length).toBeGreaterThan(5);
    expect(new Set(labels)).toEqual(new Set(['beian-assistant', 'redis']));
  });
});

describe('alarms and dashboard', () => {
  const Alarms = z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.looseObject({
            alert: z.string(),
            expr: z.string(),
            labels: z.object({ severity: z.enum(['page', 'ticket']) }),
            annotations: z.object({ summary: z.string(), seen: z.string(), do: z.string().min(30) }),
          }),
        ),
      }),
    ),
  });
  const Dashboard = z.looseObject({
    panels: z.array(
      z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })) }),
    ),
  });
  const rules = Alarms.parse(parse(read('deploy/prometheus/alarms.yaml'))).groups.flatMap(
    (group) => group.rules,
  );
  const panels = Dashboard.parse(JSON.parse(read('deploy/grafana/dashboard.json'))).panels;
  const expressions = [
    ...rules.map(({ alert, expr }) => [alert, expr] as const),
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ];

  it.each(expressions)('%s asks for figures that there are, by labels that they have', async (_, expr) => {
    const { text } = await createMetrics().expose();
    const names = expr.match(/\b(?:assistant|process|nodejs)_\w+/g) ?? [];
    for (const name of names) expect(text).toContain(`# TYPE ${name.replace(/_bucket$/, '')} `);
    const labels = [...expr.matchAll(/\bby \(([^)]+)\)|\{(\w+)[=!]/g)].flatMap(([, by, one]) =>
      (by ?? one ?? '').split(/, ?/),
    );
    const known = ['kind', 'outcome', 'stage', 'as', 'question', 'step', 'le', 'job'];
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
    const outcomes = [...expr.matchAll(/outcome=~?"([^"]+)"/g)].flatMap(([, some = '']) => some.split('|'));
    const all: readonly Outcome[] = ['reply', 'silence', 'refused', 'fault', 'late', 'slowed', 'shed'];
    expect(outcomes.filter((outcome) => !all.some((one) => one === outcome))).toEqual([]);
  });
});
