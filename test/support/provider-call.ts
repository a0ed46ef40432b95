import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Environment } from '../../src/core/environment.ts';
import { Job } from '../../src/core/job.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Lookup } from '../../src/providers/http/connector.ts';
import type { HttpSettings } from '../../src/providers/http/http-provider.ts';
import { createProvider } from '../../src/providers/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { prompt } from './scripted-provider.ts';

export type HttpKindName = 'open_ai' | 'anthropic' | 'llama_cpp' | 'vllm';

export interface CallOptions extends HttpSettings {
  readonly clock?: Clock;
  readonly environment?: Environment;
  readonly lookup?: Lookup;
}

/** A provider called `p` as the configuration would make it, with short limits as a safety net. */
export function providerOf(kind: HttpKindName, options: CallOptions): Provider {
  const { clock = systemClock, environment = {}, lookup, ...settings } = options;
  const limits = { connect_timeout_ms: 2000, first_token_timeout_ms: 5000, idle_timeout_ms: 5000 };
  const surroundings = { clock, environment, random: seededRandom(1), lookup };
  return createProvider('p', { kind, ...limits, ...settings }, surroundings);
}

/** An attempt that has not begun, and what it streamed so far. */
export class Call {
  readonly job: Job;
  readonly pieces: string[] = [];
  readonly done: Promise<void>;
  readonly #abort: () => void;

  /** @param stream somebody reads the pieces as they come */
  constructor(provider: Provider, request: string | PromptRequest, stream = true) {
    this.job = new Job(typeof request === 'string' ? prompt(request) : request, { stream }, null);
    this.job.attempts = 1;
    this.job.model = this.job.request.model ?? provider.model;
    this.job.subscribe((text) => this.pieces.push(text), stream);
    this.#abort = () => {
      this.job.close();
      this.job.abort();
    };
    this.done = Promise.resolve(provider.run(this.job));
  }

  /** Nobody wants the answer any more. */
  cancel(): void {
    this.#abort();
  }

  /** Resolves once so many pieces have come. */
  async came(count: number): Promise<void> {
    while (this.pieces.length < count) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Asks for an answer that nobody reads before its end. */
export async function askWhole(kind: HttpKindName, options: CallOptions, request: string | PromptRequest = 'hi') {
  const provider = providerOf(kind, options);
  try {
    const { job, done } = new Call(provider, request, false);
    await done;
    return job;
  } finally {
    provider.close?.();
  }
}

/** Asks and waits for the end of the answer. */
export async function ask(provider: Provider, request: string | PromptRequest = 'hi'): Promise<Job> {
  const call = new Call(provider, request);
  await call.done;
  return call.job;
}

/** Asks a provider of this kind once. */
export async function askOnce(kind: HttpKindName, options: CallOptions, request: string | PromptRequest = 'hi') {
  const provider = providerOf(kind, options);
  try {
    return await ask(provider, request);
  } finally {
    provider.close?.();
  }
}
