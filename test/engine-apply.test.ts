import { expect, test } from 'vitest';
import { configFromValues } from '../src/config/from-values.ts';
import { seededRandom } from '../src/core/random.ts';
import { createEngine } from '../src/engine.ts';
import { engineSections } from '../src/sections.ts';
import { ManualClock } from './support/manual-clock.ts';
import { prompt } from './support/scripted-provider.ts';
import { happen, testEngine } from './support/test-engine.ts';

const config = (values: object) => configFromValues(engineSections, values);
const slow = (name: string) => ({ providers: { [name]: { kind: 'echo', delay_ms: 100, model: `model of ${name}` } } });

function engineWith(values: object) {
  const clock = new ManualClock();
  return { clock, engine: createEngine(config(values), { clock, random: seededRandom(1) }) };
}

test('the next request gets the changed provider; one that is on its way ends where it began', async () => {
  const { clock, engine } = engineWith(slow('old'));
  const before = engine.submit(prompt('before'));
  engine.apply(config({ ...slow('new'), stages: { inference: { max_tokens: 1 } } }));
  const after = engine.submit(prompt('after that'));
  clock.advance(100);
  expect(await before).toMatchObject({ provider: 'old', model: 'model of old', text: 'before' });
  expect(await after).toMatchObject({ provider: 'new', model: 'model of new', text: 'after ', finishReason: 'length' });
  expect(engine.provider()).toEqual({ name: 'new', kind: 'echo', model: 'model of new' });
});

test('hooks stay in place, and so do the numbers of a provider that stays', async () => {
  const { clock, engine } = engineWith({});
  let hooked = 0;
  engine.hook('before:inference', { name: 'counts', run: () => void hooked++ });
  await engine.submit(prompt('one'));
  engine.apply(config({ stages: { assemble: { system: 'Be brief.' } } }));
  await engine.submit(prompt('two'));
  clock.advance(1000);
  expect(hooked).toBe(2);
  expect(engine.snapshot().providers).toMatchObject({ echo: { calls: 2, ok: 2 } });
});

test('a breaker keeps its state under other settings; at another address it is a new one', async () => {
  const { engine } = engineWith(slow('up'));
  engine.breakers.trip('up');
  const resilience = { circuit_breaker_threshold: 9 };
  engine.apply(config({ ...slow('up'), resilience }));
  expect(engine.breakers.list()).toMatchObject([{ provider: 'up', state: 'open', reason: 'tripped by hand' }]);
  expect(await engine.submit(prompt('go'))).toMatchObject({ error: { code: 'circuit_open' } });

  const at = (base_url: string) => config({ providers: { up: { kind: 'vllm', base_url } } });
  engine.apply(at('http://127.0.0.1:1/'));
  engine.breakers.trip('up');
  engine.apply(at('http://127.0.0.1:1/'));
  expect(engine.breakers.list()).toMatchObject([{ state: 'open' }]);
  engine.apply(at('http://127.0.0.1:2/'));
  expect(engine.breakers.list()).toMatchObject([{ state: 'closed' }]);
  engine.apply(config({ resilience: { circuit_breaker_threshold: 0 } }));
  expect(engine.breakers.list()).toEqual([]);
});

test('a provider that comes back after another had its turn is the one it was', async () => {
  const two = { ...slow('a').providers, ...slow('b').providers };
  const { engine } = engineWith({ providers: { a: two['a'] } });
  engine.breakers.trip('a');
  engine.apply(config({ providers: { b: two['b'] } }));
  expect(engine.breakers.list()).toMatchObject([{ provider: 'b', state: 'closed' }]);
  engine.apply(config({ providers: { a: two['a'] } }));
  expect(engine.breakers.list()).toMatchObject([{ provider: 'a', state: 'open', reason: 'tripped by hand' }]);
});

test('an adaptive time-out goes on from what it knows', async () => {
  const adaptive = (timeout_ms: number) => ({
    ...slow('up'),
    stages: { inference: { timeout_ms, adaptive_timeout_enabled: true, adaptive_timeout_min_ms: 10 } },
    resilience: { retry_attempts: 1 },
  });
  const { clock, engine } = engineWith(adaptive(60_000));
  for (let call = 0; call < 20; call++) {
    const handle = engine.submit(prompt(`call ${call}`));
    clock.advance(100);
    await handle;
  }
  engine.apply(config({ ...adaptive(50_000), providers: { up: { kind: 'echo', delay_ms: 1000 } } }));
  const slower = engine.submit(prompt('slower'));
  // Twice what it used to take, and long before it would answer.
  for (let step = 0; step < 10; step++) {
    clock.advance(50);
    await happen();
  }
  expect(await slower).toMatchObject({ error: { code: 'provider_timeout' } });
});

test('a changed configuration is no new retry budget', async () => {
  const failing = { providers: { up: { kind: 'echo', failure_rate: 1 } } };
  const resilience = { retry_attempts: 50, retry_base_ms: 0, circuit_breaker_threshold: 0 };
  const { clock, engine } = engineWith({ ...failing, resilience });
  const attempts = async () => {
    const handle = engine.submit(prompt('go'));
    for (let i = 0; i < 60; i++) {
      clock.advance(1);
      await new Promise((next) => setImmediate(next));
    }
    return (await handle).attempts;
  };
  expect(await attempts()).toBe(11);
  engine.apply(config({ ...failing, resilience: { ...resilience, retry_attempts: 40 } }));
  expect(await attempts()).toBe(1);
});

test('a configuration that no provider fits changes nothing', async () => {
  const { engine } = engineWith(slow('old'));
  const unfit = config({ stages: { inference: { worker: 'anthropic' } } });
  expect(() => engine.apply(unfit)).toThrow('anthropic');
  expect(engine.provider().name).toBe('old');
});

test('an engine has no accessors of its own: V8 would keep it in a hash table, and every submit would look it up there', () => {
  const { engine } = testEngine();
  const accessors = Object.values(Object.getOwnPropertyDescriptors(engine)).filter(({ get }) => get !== undefined);
  expect(accessors).toEqual([]);
});
