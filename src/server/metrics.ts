/** What is counted, for Prometheus: kinds and outcomes, never texts or persons. */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type Stage = 'open' | 'think' | 'store' | 'seal' | 'total';

const STAGE_LABELS: Readonly<Record<Stage, { readonly stage: Stage }>> = {
  open: { stage: 'open' },
  think: { stage: 'think' },
  store: { stage: 'store' },
  seal: { stage: 'seal' },
  total: { stage: 'total' },
};

export interface Metrics {
  /** One request at the webhook: the kind of message (`text`, `subscribe` …) and what became of it. */
  message(kind: string, outcome: Outcome): void;
  /** A re-send that was answered from memory. */
  resend(): void;
  stage(stage: Stage, milliseconds: number): void;
  trips(count: number): void;
  /** How a message was understood: `answer`, `suggest`, `unknown`, `out-of-scope`, a command, an answer … */
  understood(as: string): void;
  /** A person was asked for (`opened`), something was kept for that person, the assistant was wanted again (`ended`). */
  handover(step: 'opened' | 'kept' | 'ended'): void;
  /** 没答对？ was tapped for this FAQ entry. */
  notAnswered(id: string): void;
  /** The text that Prometheus reads, and its content type. */
  expose(): Promise<{ readonly text: string; readonly type: string }>;
}

/** `shed`: too many at once, acknowledged unread. */
export type Outcome = 'reply' | 'silence' | 'refused' | 'fault' | 'late' | 'slowed' | 'shed';

/** The figures of all workers, added up; for the process that started them. `expose` takes at most five seconds and
 *  rejects when a worker does not answer. */
export function createSharedMetrics(): Pick<Metrics, 'expose'> {
  const registry = new AggregatorRegistry();
  return { expose: async () => ({ text: await registry.clusterMetrics(), type: registry.contentType }) };
}

/** Makes a registry of its own, with Node's usual figures in it. @param options.shared this process is a worker, and
 *  answers whoever started it with its figures. */
export function createMetrics({ shared = false } = {}): Metrics {
  const registry = new Registry();
  if (shared) {
    AggregatorRegistry.setRegistries(registry);
    // Making one is what starts the listening.
    new AggregatorRegistry();
  }
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const messages = new Counter({
    name: 'assistant_messages_total',
    help: 'Requests at the webhook by kind of message and outcome',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  });
  const resends = new Counter({
    name: 'assistant_resends_total',
    help: 'Re-sent messages that were answered from memory',
    registers,
  });
  const stages = new Histogram({
    name: 'assistant_stage_seconds',
    help: 'Time by stage of a message',
    labelNames: ['stage'] as const,
    buckets: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 5],
    registers,
  });
  const trips = new Counter({
    name: 'assistant_store_trips_total',
    help: 'Round trips to the store',
    registers,
  });
  const understood = new Counter({
    name: 'assistant_understood_total',
    help: 'How messages were understood',
    labelNames: ['as'] as const,
    registers,
  });
  const notAnswered = new Counter({
    name: 'assistant_not_answered_total',
    help: 'Taps on the line that says the answer was not the right one, by question',
    labelNames: ['question'] as const,
    registers,
  });
  const handovers = new Counter({
    name: 'assistant_handover_total',
    help: 'Merchants who asked for a person, messages kept for that person, and returns to the assistant',
    labelNames: ['step'] as const,
    registers,
  });
  return {
    message: (kind, outcome) => messages.inc({ kind, outcome }),
    resend: () => resends.inc(),
    stage: (stage, milliseconds) => stages.observe(STAGE_LABELS[stage], milliseconds / 1000),
    trips: (count) => trips.inc(count),
    understood: (as) => understood.inc({ as }),
    handover: (step) => handovers.inc({ step }),
    notAnswered: (id) => notAnswered.inc({ question: id }),
    expose: async () => ({ text: await registry.metrics(), type: registry.contentType }),
  };
}
