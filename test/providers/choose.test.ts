import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { Environment } from '../../src/core/environment.ts';
import { seededRandom } from '../../src/core/random.ts';
import { findKey } from '../../src/providers/http/api-key.ts';
import { parseBaseUrl } from '../../src/providers/http/base-url.ts';
import { chooseProviders } from '../../src/providers/index.ts';
import { openAi } from '../../src/providers/openai/openai.ts';
import { providerOf } from '../support/provider-call.ts';

const choose = (configured: object, worker: string, environment: Environment = {}) => {
  const surroundings = { clock: systemClock, random: seededRandom(1), environment };
  const [first] = chooseProviders(configured as never, worker as never, true, surroundings);
  return `${first!.name} ${first!.kind} ${first!.model}`;
};

const local = { kind: 'llama_cpp', base_url: 'http://localhost:9' };
const claude = { kind: 'anthropic', base_url: 'http://localhost:9', model: 'm' };

test.each([
  [{}, 'echo', 'echo echo echo'],
  [{ local, claude }, 'echo', 'local llama_cpp llama'],
  [{ local, claude }, 'anthropic', 'claude anthropic m'],
  [{ local }, 'vllm', 'vllm vllm vllm'],
  [{ local, toy: { kind: 'echo' } }, 'echo', 'toy echo echo'],
])('%j and worker %s: %s', (configured, worker, expected) => {
  expect(choose(configured, worker)).toBe(expected);
});

test('keys and addresses come from the environment', () => {
  const environment = { OPENAI_API_KEY: 'sk-x', ANTHROPIC_API_KEY: 'sk-y', LLAMA_CPP_URL: 'http://gpu:1' };
  expect(choose({}, 'open_ai', environment)).toBe('open_ai open_ai gpt-4o');
  expect(choose({}, 'anthropic', environment)).toBe('anthropic anthropic claude-sonnet-4-6');
  expect(choose({}, 'llama_cpp', environment)).toBe('llama_cpp llama_cpp llama');
  expect(() => choose({}, 'llama_cpp', { LLAMA_CPP_URL: 'gpu:1' })).toThrow(/^LLAMA_CPP_URL must be an address/);
});

test.each([
  ['open_ai', 'OPENAI_API_KEY', 'platform.openai.com'],
  ['anthropic', 'ANTHROPIC_API_KEY', 'console.anthropic.com'],
] as const)('%s without its key names %s and where to get one', (kind, variable, place) => {
  for (const value of [undefined, '', '  ']) {
    expect(() => choose({}, kind, { [variable]: value })).toThrow(
      expect.objectContaining({
        code: 'authentication_failed',
        param: variable,
        message: expect.stringMatching(new RegExp(`${variable}.*${place}`)),
      }),
    );
  }
});

const keyFor = (base: string, environment: Environment, named?: string) =>
  findKey({ name: 'p', endpoint: parseBaseUrl(base), environment, named, service: openAi.service })?.variable ?? null;

test('fault 55: the well-known key goes to its own service and to this machine or network; elsewhere it must be named', () => {
  const environment = { OPENAI_API_KEY: 'sk-x', OTHER: 'k' };
  expect(keyFor('https://api.openai.com/v1', environment)).toBe('OPENAI_API_KEY');
  expect(keyFor('http://127.0.0.1:8000/v1', environment)).toBe('OPENAI_API_KEY');
  expect(keyFor('http://vllm:8000/v1', environment)).toBe('OPENAI_API_KEY');
  for (const other of ['https://api.groq.example/v1', 'https://api.openai.com:8443', 'https://8.8.8.8']) {
    expect(keyFor(other, environment)).toBeNull();
    expect(keyFor(other, environment, 'OTHER')).toBe('OTHER');
  }
});

test('fault 55: no key in clear text, none with odd characters, and none is shown', () => {
  expect(() => keyFor('http://api.groq.example/v1', { OTHER: 'k' }, 'OTHER')).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining('clear text') }),
  );
  for (const value of ['two words', 'clé', 'a\nb']) {
    expect(() => keyFor('https://api.openai.com/v1', { OPENAI_API_KEY: value })).toThrow(
      expect.objectContaining({ code: 'authentication_failed', message: expect.not.stringContaining(value) }),
    );
  }
});

test('a local server of another make needs no key', () => {
  expect(() => providerOf('open_ai', { base_url: 'http://localhost:11434/v1' })).not.toThrow();
  expect(() => providerOf('open_ai', { base_url: 'http://localhost:11434/v1', api_key_env: 'NO_SUCH' })).toThrow(
    /NO_SUCH/,
  );
});
