import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseReplayLine } from '../../src/core/dead-letter-record.ts';
import { Job } from '../../src/core/job.ts';
import { PRIORITIES, type Priority } from '../../src/core/priority.ts';
import { DeadLetterRing } from '../../src/pipeline/dead-letters.ts';
import { StageQueue } from '../../src/pipeline/stage-queue.ts';
import { prompt } from '../support/scripted-provider.ts';
import { testEngine } from '../support/test-engine.ts';

interface Case {
  readonly area: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly then: Readonly<Record<string, unknown>>;
}

const cases = readFileSync(new URL('../conformance/pipeline.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

const check: Readonly<Record<string, (one: Case) => void>> = {
  priority_queue({ given, then }) {
    const queue = new StageQueue(10);
    for (const [at, name] of (given['push'] as string[]).entries()) {
      const priority = (given['level'] ?? name) as Priority;
      expect(PRIORITIES).toContain(priority);
      queue.push(new Job(prompt(name, { priority }), null, null), at);
    }
    for (const name of then['order'] as (string | null)[]) expect(queue.shift()?.id ?? null).toBe(name);
  },

  dlq({ given, then }) {
    const ring = new DeadLetterRing(given['capacity'] as number);
    const pushes = given['pushes'] as number;
    for (let at = 0; at < pushes; at++) {
      ring.push({ request: prompt('r'), reason: 'shed', error: null, attempts: 0, hops: 0, at });
      expect(ring.depth).toBeLessThanOrEqual(then['len_at_most'] as number);
    }
    expect(ring.list()[0]!.at).toBe(pushes - ring.depth);
  },

  backpressure({ given, then }) {
    // The rag queue is the channel; what is behind it is full.
    const world = testEngine({ workers: 1, capacity: given['channel_capacity'] as number });
    world.burst(3);
    const results = world.burst(2, 'sent').map((one) => (one.status === 'waiting' ? 'queued' : one.status));
    expect(results).toEqual(then['results']);
  },

  deadline() {
    const { send, engine, provider } = testEngine();
    expect(send(prompt('late', { deadline_ms: 0 })).outcomes).toMatchObject([{ status: 'expired', text: '' }]);
    expect(provider.calls).toEqual([]);
    expect(engine.snapshot().totals.expired).toBe(1);
  },

  replay_ndjson({ given, then }) {
    expect(parseReplayLine(given['line'] as string)).toMatchObject(then);
  },

  plugin_chain({ given, then }) {
    const { send, engine, provider } = testEngine();
    const ran: string[] = [];
    for (const name of given['plugins'] as string[]) {
      engine.hook('before:inference', {
        name,
        run: () => {
          ran.push(name);
          return name === 'abort' ? 'abort' : 'continue';
        },
      });
    }
    send('go');
    expect(ran).toHaveLength(then['plugins_run'] as number);
    expect(ran.at(-1)).toBe(then['status']);
    // The stage itself still runs.
    expect(provider.calls).toHaveLength(1);
  },
};

describe('what the document’s tests say', () => {
  test.each(cases)('$area: $given', (one) => check[one.area]!(one));
});
