import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Job } from '../../src/core/job.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { createEcho, type EchoSettings } from '../../src/providers/echo/echo.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen } from '../support/test-engine.ts';

function asked(text: string, settings: EchoSettings = {}, fields: Partial<PromptRequest> = {}) {
  const clock = new ManualClock();
  const echo = createEcho('echo', settings, clock, seededRandom(3));
  const job = new Job(prompt(text, fields), null, null);
  const tokens: string[] = [];
  job.subscribe((token) => tokens.push(token));
  const answered = { waits: false, done: false };
  const waits = echo.run(job);
  if (waits !== undefined) {
    answered.waits = true;
    void waits.then(() => {
      answered.done = true;
    });
  }
  return { clock, echo, job, tokens, answered };
}

describe('echo', () => {
  test('answers at once with the last user message, token by token', () => {
    const { job, tokens, answered } = asked(' Hello,  world\nagain ');
    expect(answered.waits).toBe(false);
    expect(tokens).toEqual([' ', 'Hello,  ', 'world\n', 'again ']);
    expect(job).toMatchObject({ finishReason: 'stop', outputTokens: 4, error: null });
  });

  test('answers with every character of whatever text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), lonelyHalves), (text) => {
        const { job, tokens } = asked(text);
        expect(tokens.join('')).toBe(text);
        expect(job.text).toBe(text);
        expect(tokens).not.toContain('');
      }),
      { numRuns: 1000 },
    );
  });

  test('stops at max_tokens, and says so', () => {
    const cut = asked('one two three', {}, { parameters: { max_tokens: 2 } });
    expect(cut.job).toMatchObject({ text: 'one two ', finishReason: 'length', outputTokens: 2 });
    const whole = asked('one two three', {}, { parameters: { max_tokens: 3 } });
    expect(whole.job).toMatchObject({ text: 'one two three', finishReason: 'stop' });
  });

  test.each([
    [['STOP'], 'one t'],
    [['nowhere', 'wo'], 'one tSTOP'],
    [['wo', 'STOP', 'nowhere'], 'one t'],
    [['one'], ''],
    [['', 'nowhere'], 'one tSTOPwo'],
    [[], 'one tSTOPwo'],
  ])('ends before the first of %j', (stop, text) => {
    const { job } = asked('one tSTOPwo', {}, { parameters: { stop } });
    expect(job).toMatchObject({ text, finishReason: 'stop' });
  });

  test('has nothing to say to nothing', () => {
    const { job, answered } = asked('', {}, { messages: [{ role: 'system', content: 'hush' }] });
    expect(job).toMatchObject({ text: '', finishReason: 'stop', outputTokens: 0 });
    expect(answered.waits).toBe(false);
  });

  test('waits for its delay', async () => {
    const { clock, job, answered } = asked('hello', { delay_ms: 100 });
    clock.advance(99);
    await happen();
    expect([job.text, answered.done]).toEqual(['', false]);
    clock.advance(1);
    await happen();
    expect([job.text, answered.done]).toEqual(['hello', true]);
  });

  test('waits up to its jitter longer', () => {
    const times = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const clock = new ManualClock();
      const job = new Job(prompt('x'), null, null);
      void createEcho('echo', { delay_ms: 100, jitter_ms: 50 }, clock, seededRandom(i)).run(job);
      while (job.text === '') clock.advance(1);
      expect(clock.now()).toBeGreaterThanOrEqual(100);
      expect(clock.now()).toBeLessThanOrEqual(150);
      times.add(clock.now());
    }
    expect(times.size).toBeGreaterThan(10);
  });

  test('fails as often as it is asked to', () => {
    const echo = createEcho('echo', { failure_rate: 0.3 }, new ManualClock(), seededRandom(5));
    const failed = Array.from({ length: 2000 }, () => {
      const job = new Job(prompt('x'), null, null);
      void echo.run(job);
      expect(job.error === null).toBe(job.text === 'x');
      return job.error;
    }).filter((error) => error !== null);
    expect(failed.length / 2000).toBeCloseTo(0.3, 1);
    expect(failed[0]).toMatchObject({ code: 'provider_unavailable' });
  });

  test('stops waiting when nobody wants the answer any more', async () => {
    const { clock, job, answered } = asked('hello', { delay_ms: 100 });
    job.conclude('cancelled', null);
    job.abort();
    expect(clock.waiting).toBe(0);
    await happen();
    expect(answered.done).toBe(true);
    clock.advance(1000);
    expect(job.text).toBe('');
  });

  test('does not begin to wait for what nobody wants', async () => {
    const { clock, echo } = asked('hello', { delay_ms: 100 });
    const before = clock.waiting;
    const gone = new Job(prompt('gone'), null, null);
    gone.conclude('cancelled', null);
    await echo.run(gone);
    expect(clock.waiting).toBe(before);
  });
});

/** Halves of surrogate pairs on their own: not Unicode, but it can be in a string. */
const lonelyHalves = fc.string({ unit: fc.constantFrom('\ud83d', '\ude00', ' ', '\u00a0', '\u2028', 'a') });
