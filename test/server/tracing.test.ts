/** src/server/tracing.ts: what a message leaves in the traces, read with OpenTelemetry's own SDK. */
import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anOpenId, startAssistant } from './running.ts';

const exporter = new InMemorySpanExporter();

function bringSdk(): void {
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
}

const lengthOf = ({ duration: [seconds, nanoseconds] }: ReadableSpan) => seconds * 1000 + nanoseconds / 1e6;
const startOf = ({ startTime: [seconds, nanoseconds] }: ReadableSpan) => seconds * 1000 + nanoseconds / 1e6;

beforeEach(() => exporter.reset());
afterEach(() => trace.disable());

describe('with TRACING=on and an SDK', () => {
  it('a message leaves one span, with its stages below it in order, and nothing of what was said or by whom', async () => {
    bringSdk();
    const assistant = await startAssistant({ TRACING: 'on' });
    try {
      const openId = anOpenId();
      const { body, query } = assistant
        .platform('plain')
        .prepare({ from: openId, kind: 'text', text: '备案' });
      await fetch(`${assistant.url}/wechat?${query}`, { method: 'POST', body });
      await expect.poll(() => exporter.getFinishedSpans().length).toBe(5);
      const spans = exporter.getFinishedSpans();
      const message = spans.find(({ name }) => name === 'message');
      expect(message?.attributes).toMatchObject({
        'assistant.kind': 'text',
        'assistant.outcome': 'reply',
        'assistant.dialog': 'filing',
        'assistant.again': false,
      });
      const stages = spans.filter((span) => span !== message);
      expect(stages.map(({ name }) => name)).toEqual(['open', 'store', 'think', 'seal']);
      for (const stage of stages) expect(stage.parentSpanContext?.spanId).toBe(message?.spanContext().spanId);
      if (!message) throw new Error('no span');
      expect(lengthOf(message)).toBeGreaterThan(0);
      expect(Math.abs(startOf(message) + lengthOf(message) - Date.now())).toBeLessThan(5_000);
      expect(JSON.stringify(spans.map(({ attributes, name }) => [name, attributes]))).not.toMatch(
        new RegExp(`备案|${openId}`),
      );
    } finally {
      await assistant.remove();
    }
  });

  it('a fault is marked, by the name of the error alone', async () => {
    bringSdk();
    const assistant = await startAssistant({ TRACING: 'on', PLAYGROUND: 'on' });
    try {
      await fetch(`${assistant.url}/playground/api/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: assistant.url },
        body: JSON.stringify({ storeAway: true, slowMs: 0 }),
      });
      const merchant = await fetch(`${assistant.url}/playground/api/merchants`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: assistant.url },
        body: '{}',
      });
      const { openId } = JSON.parse(await merchant.text());
      await fetch(`${assistant.url}/playground/api/send`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: assistant.url },
        body: JSON.stringify({ openId, mode: 'plain', act: { kind: 'text', text: '备案' } }),
      });
      const faults = () => exporter.getFinishedSpans().filter(({ status }) => status.code === 2);
      await expect.poll(() => faults().length).toBeGreaterThan(0);
      expect(faults()[0]?.attributes['assistant.outcome']).toBe('fault');
      expect(faults()[0]?.status.message).toMatch(/^\w+$/);
    } finally {
      await assistant.remove();
    }
  });
});

describe('without an SDK', () => {
  it('says so in the log, and answers all the same', async () => {
    const assistant = await startAssistant({ TRACING: 'on' });
    try {
      await assistant.log.find(({ msg }) => msg?.startsWith('TRACING is on') === true);
    } finally {
      await assistant.remove();
    }
  });

  it('says nothing where tracing is off', async () => {
    bringSdk();
    const assistant = await startAssistant({});
    try {
      const { body, query } = assistant
        .platform('plain')
        .prepare({ from: anOpenId(), kind: 'text', text: '备案' });
      await fetch(`${assistant.url}/wechat?${query}`, { method: 'POST', body });
      expect(exporter.getFinishedSpans()).toEqual([]);
      expect(assistant.log.lines.filter(({ msg }) => msg?.startsWith('TRACING'))).toEqual([]);
    } finally {
      await assistant.remove();
    }
  });
});
