import type { Clock } from '../../src/core/clock.ts';
import { ERRORS, type ErrorCode, messageOf, OrchestratorError } from '../../src/core/errors.ts';
import { apiKeysOf } from '../../src/server/api-keys.ts';
import type { CommandContext, CommandOption, CommandOptions } from '../command.ts';

export const apiKeyOption: CommandOption = {
  flags: '--api-key <key>',
  description: 'its key; API_KEY keeps it out of the process list',
};

/** The flags of every command that talks to a running server. */
export const clientOptions: readonly CommandOption[] = [
  { flags: '--url <url>', description: 'the running server; default ORCHESTRATOR_URL, or http://127.0.0.1:8080' },
  apiKeyOption,
];

const DEFAULT_URL = 'http://127.0.0.1:8080';
const TIMEOUT_MS = 30_000;

export interface ServerCall {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the call is given up. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The body is text, whatever it looks like. */
  readonly raw?: boolean;
}

export interface ServerReply {
  /** Of the server. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; as text where it is none. */
  readonly body: unknown;
}

/** A running orchestrator, as commands talk to it. */
export class ServerClient {
  readonly url: string;
  private readonly apiKey: string | undefined;
  private readonly clock: Clock;

  constructor(clock: Clock, url: string, apiKey: string | undefined) {
    this.clock = clock;
    this.url = url;
    this.apiKey = apiKey;
  }

  /** Throws `server_unreachable` when nobody answers. Every status is an answer. */
  async call(
    method: string,
    path: string,
    { body, headers, timeoutMs = TIMEOUT_MS, signal, raw }: ServerCall = {},
  ): Promise<ServerReply> {
    const control = new AbortController();
    const abort = (): void => control.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    const timer = this.clock.after(timeoutMs, abort);
    try {
      const reply = await fetch(`${this.url}${path}`, {
        method,
        // A server that sends the key elsewhere is not the one that was meant.
        redirect: 'error',
        signal: control.signal,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...this.headers(),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      const { status, headers: given } = reply;
      return { url: this.url, status, headers: given, body: raw === true && reply.ok ? text : jsonOf(text) };
    } catch (thrown) {
      throw this.unreachable(
        control.signal.aborted ? `no answer within ${timeoutMs / 1000} s` : causeOf(thrown),
        thrown,
      );
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * Server-sent events of a path, until the server ends them (resolves) or the connection breaks (throws). `onEvent` hears
   * comments, too, as events without a name: they say that somebody is there. What it throws ends the connection.
   */
  async events(path: string, signal: AbortSignal, onEvent: (event: string, data: string) => void): Promise<void> {
    const { createParser } = await import('eventsource-parser');
    let reply: Response;
    try {
      reply = await fetch(`${this.url}${path}`, { redirect: 'error', signal, headers: this.headers() });
    } catch (thrown) {
      throw this.unreachable(causeOf(thrown), thrown);
    }
    if (!reply.ok)
      throw serverError({
        url: this.url,
        status: reply.status,
        headers: reply.headers,
        body: jsonOf(await reply.text()),
      });
    const parser = createParser({
      onEvent: ({ event = 'message', data }) => onEvent(event, data),
      onComment: () => onEvent('', ''),
    });
    const decoder = new TextDecoder();
    try {
      for await (const piece of reply.body ?? []) parser.feed(decoder.decode(piece, { stream: true }));
    } catch (thrown) {
      if (thrown instanceof OrchestratorError) throw thrown;
      throw this.unreachable(causeOf(thrown), thrown);
    }
  }

  private headers(): Record<string, string> {
    return this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` };
  }

  private unreachable(why: string, cause: unknown): OrchestratorError {
    return new OrchestratorError('server_unreachable', `${this.url} cannot be reached: ${why}.`, { cause });
  }

  /** The body of a successful call; what the server refuses is thrown as its error. `has`: see `ask`. */
  async get<Body>(path: string, ...has: readonly (keyof Body & string)[]): Promise<Body> {
    return this.ask<Body>('GET', path, undefined, ...has);
  }

  /** `has` are fields without which an answer is none of an orchestrator, whatever its status says. */
  async ask<Body>(
    method: string,
    path: string,
    body?: unknown,
    ...has: readonly (keyof Body & string)[]
  ): Promise<Body> {
    const reply = await this.call(method, path, body === undefined ? {} : { body });
    const answer = reply.body;
    if (reply.status >= 400 || typeof answer !== 'object' || answer === null) throw serverError(reply);
    if (has.some((field) => !Object.hasOwn(answer, field))) throw serverError(reply);
    return answer as Body;
  }
}

/** The server that the flags or the environment name. Throws `usage` for what is no address. */
export function serverClient(context: CommandContext, options: CommandOptions): ServerClient {
  const { environment, clock } = context;
  const given = (options['url'] ?? options['orchestratorUrl']) as string | undefined;
  const url = given ?? (environment['ORCHESTRATOR_URL'] || DEFAULT_URL);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new OrchestratorError(
      'usage',
      `${JSON.stringify(url)} is no address of a server; it looks like ${DEFAULT_URL}.`,
    );
  }
  const key = (options['apiKey'] as string | undefined) ?? environment['API_KEY'];
  // Several keys with commas between are the server's, perhaps with names; one of them opens.
  return new ServerClient(clock, url.replace(/\/+$/, ''), apiKeysOf(key)[0]?.key);
}

/** What a server answered in place of success, as an error of ours. */
export function serverError({ url, status, headers, body }: ServerReply): OrchestratorError {
  const { code, message, param } = ((body as { error?: Record<string, unknown> } | null)?.error ?? {}) as {
    code?: string;
    message?: string;
    param?: string | null;
  };
  // Something in between, or something else altogether.
  if (message === undefined || code === undefined) {
    return new OrchestratorError('server_unreachable', `${url} answered ${status}, and not as an orchestrator does.`);
  }
  const known = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'provider_failed';
  const wait = Number(headers.get('retry-after-ms') ?? Number.NaN);
  return new OrchestratorError(known, message, {
    ...(wait >= 0 ? { retryAfterMs: wait } : {}),
    ...(param == null ? {} : { param }),
  });
}

/** What a failed fetch failed of. */
const causeOf = (thrown: unknown): string =>
  messageOf(thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
