import { expect, test } from 'vitest';
import { configFromValues } from '../../src/config/from-values.ts';
import { refuseOneself } from '../../src/server/oneself.ts';
import { serviceSections } from '../../src/server/sections.ts';

const check = (values: object, host: string, port: number, environment: Record<string, string> = {}): void =>
  refuseOneself(configFromValues(serviceSections, values), environment, { host, port });

const llama = { stages: { inference: { worker: 'llama_cpp' } } };
const at = (base_url: string) => ({ providers: { mine: { kind: 'vllm', model: 'm', base_url } } });

test.each([
  [llama, '127.0.0.1', 8080, {}],
  [llama, '0.0.0.0', 8080, {}],
  [llama, 'localhost', 9000, { LLAMA_CPP_URL: 'http://127.0.0.1:9000' }],
  [at('http://[::1]:8080'), '127.0.0.1', 8080, {}],
  [at('http://127.0.0.1'), '127.0.0.1', 80, {}],
  [at('http://10.1.2.3:8080'), '10.1.2.3', 8080, {}],
])('%j on %s:%i is itself', (values, host, port, environment) => {
  expect(() => check(values, host, port, environment as Record<string, string>)).toThrow(/which is this server itself/);
});

test.each([
  [{}, '127.0.0.1', 8080, {}],
  [llama, '127.0.0.1', 8081, {}],
  [llama, '127.0.0.1', 8080, { LLAMA_CPP_URL: 'http://127.0.0.1:9000' }],
  [at('http://10.1.2.3:8080'), '127.0.0.1', 8080, {}],
  [at('https://127.0.0.1'), '127.0.0.1', 80, {}],
])('%j on %s:%i is another', (values, host, port, environment) => {
  expect(() => check(values, host, port, environment as Record<string, string>)).not.toThrow();
});
