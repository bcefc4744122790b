/** One span for each message, and one below it for each stage, through OpenTelemetry's API
 *  (https://opentelemetry.io/docs/specs/otel/trace/api/). Whoever wants them brings the SDK by `--import`; without one nothing
 *  is recorded. A span holds kinds and outcomes, never texts or persons. */
import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import type { Seen } from './answer-in-time.ts';

/** What is left of a message in the traces. */
export interface Tracing {
  /** Records a message that was answered just now. */
  record(seen: Seen): void;
  /** Whether somebody takes the spans. */
  readonly isHeard: boolean;
}

/** Loads the API, and nothing else. */
export async function createTracing(): Promise<Tracing> {
  const { context, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const tracer: Tracer = trace.getTracer('beian-assistant');
  const probe = tracer.startSpan('start');
  const isHeard = trace.isSpanContextValid(probe.spanContext());
  // A span that nobody ends is never sent.
  return { isHeard, record };

  function record(seen: Seen): void {
    const ended = performance.timeOrigin + performance.now();
    const { stages, error } = seen;
    const span = tracer.startSpan('message', {
      kind: SpanKind.SERVER,
      startTime: ended - (stages.total ?? 0),
      attributes: attributesOf(seen),
    });
    recordStages(span, seen, ended - (stages.total ?? 0));
    if (error !== undefined)
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.name : typeof error,
      });
    span.end(ended);
  }

  /** Store and thinking take turns within a message; each is shown as one piece of the length of all its parts. */
  function recordStages(message: Span, { stages }: Seen, began: number): void {
    const below = trace.setSpan(context.active(), message);
    let startTime = began;
    for (const stage of ['open', 'store', 'think', 'seal'] as const) {
      const milliseconds = stages[stage];
      if (milliseconds === undefined) continue;
      tracer.startSpan(stage, { startTime }, below).end(startTime + milliseconds);
      startTime += milliseconds;
    }
  }
}

function attributesOf({ kind, outcome, hearing }: Seen): Attributes {
  const understood = hearing?.events.find((event) => event.kind === 'understood');
  const { dialog } = hearing?.session ?? {};
  return {
    'assistant.kind': kind,
    'assistant.outcome': outcome,
    ...(hearing && { 'assistant.trips': hearing.roundTrips, 'assistant.again': hearing.replayed }),
    ...(understood?.kind === 'understood' && { 'assistant.understood': understood.as }),
    ...(dialog !== undefined && { 'assistant.dialog': dialog }),
  };
}
