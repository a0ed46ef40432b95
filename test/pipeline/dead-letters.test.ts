import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { DeadLetterRing } from '../../src/pipeline/dead-letters.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

const whole: PromptRequest = {
  id: 'whole',
  messages: [
    { role: 'system', content: 'be brief' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'go' },
        { type: 'image', url: 'data:' },
      ],
    },
  ],
  model: 'm-1',
  parameters: { max_tokens: 5, temperature: 0 },
  tools: [{ name: 'clock', parameters: { type: 'object' } }],
  session: 's1',
  priority: 'high',
  deadline_ms: 50,
  metadata: { team: 'blue' },
  tenant: 't1',
};

describe('which requests leave a letter', () => {
  test('an answered one does not', async () => {
    const { send, provider, engine } = testEngine();
    send('go');
    provider.call('go').answer('ok');
    await happen();
    expect(engine.deadLetters.total).toBe(0);
  });

  test('a cancelled one does not', () => {
    const { send, engine } = testEngine();
    send('go').cancel();
    expect(engine.deadLetters.total).toBe(0);
  });

  test('one that expired, failed or was shed does, whole, with what ended it', async () => {
    const { send, burst, provider, clock, engine } = testEngine({ workers: 1, capacity: 1 });
    const heard: DeadLetter[] = [];
    engine.events.on('pipeline.dead_lettered', ({ letter }) => heard.push(letter));
    send(whole, { hops: 2 });
    burst(3);
    send('shed');
    clock.advance(100);
    provider.calls[0]!.settle();
    await happen();
    provider.call('r0').stream('half').fail(new OrchestratorError('provider_failed', 'overloaded'));
    await happen();
    expect(engine.deadLetters.list()).toEqual([
      expect.objectContaining({
        reason: 'shed',
        attempts: 0,
        hops: 0,
        error: expect.objectContaining({ code: 'queue_full' }),
      }),
      {
        request: whole,
        reason: 'expired',
        attempts: 1,
        hops: 2,
        at: expect.any(Number),
        error: { code: 'deadline_exceeded', message: expect.any(String) },
      },
      expect.objectContaining({
        reason: 'failed',
        attempts: 1,
        error: { code: 'provider_failed', message: 'overloaded' },
      }),
    ]);
    expect(heard).toEqual(engine.deadLetters.list());
    expect(engine.deadLetters.byReason).toEqual({ shed: 1, expired: 1, failed: 1, interrupted: 0 });
  });
});

test('the ring keeps the latest, oldest first, and counts all', () => {
  const letterOf = (n: number): DeadLetter => ({
    request: prompt(`r${n}`),
    reason: n % 2 === 0 ? 'shed' : 'failed',
    error: null,
    attempts: 0,
    hops: 0,
    at: n,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(128), (capacity, pushes) => {
      const ring = new DeadLetterRing(capacity);
      for (let n = 0; n < pushes; n++) ring.push(letterOf(n));
      const kept = Math.min(capacity, pushes);
      expect(ring.depth).toBe(kept);
      expect(ring.list().map(({ at }) => at)).toEqual(Array.from({ length: kept }, (_, i) => pushes - kept + i));
      expect(ring.total).toBe(pushes);
      expect(ring.byReason).toMatchObject({ shed: Math.ceil(pushes / 2), failed: Math.floor(pushes / 2) });
    }),
  );
});
