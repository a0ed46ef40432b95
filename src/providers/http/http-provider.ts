import type { Attempt } from '../../core/attempt.ts';
import type { Clock } from '../../core/clock.ts';
import type { Environment } from '../../core/environment.ts';
import type { Provider } from '../provider.ts';
import { type ApiKey, findKey, type KeySource } from './api-key.ts';
import { type Endpoint, parseBaseUrl } from './base-url.ts';
import { BatchAttempt, type BatchDialect } from './batch.ts';
import type { Lookup } from './connector.ts';
import type { Dialect } from './dialect.ts';
import type { Exchange } from './exchange.ts';

/** What `[providers.NAME]` says of a provider that is reached over HTTP; all of it has a default. */
export interface HttpSettings {
  readonly model?: string | undefined;
  readonly base_url?: string | undefined;
  readonly api_key_env?: string | undefined;
  readonly connect_timeout_ms?: number | undefined;
  readonly first_token_timeout_ms?: number | undefined;
  readonly idle_timeout_ms?: number | undefined;
  readonly always_stream?: boolean | undefined;
}

export interface HttpSurroundings {
  readonly clock: Clock;
  readonly environment: Environment;
  /** How names are resolved; the system's way unless given. */
  readonly lookup?: Lookup | undefined;
}

/** A kind of API, as data. */
export interface HttpKind {
  readonly kind: string;
  readonly model: string;
  readonly baseUrl: string;
  /** Variable that holds another base URL, where the kind has one. */
  readonly baseUrlVariable?: string;
  readonly service: KeySource['service'];
  readonly headers: (key: ApiKey | null) => Readonly<Record<string, string>>;
  readonly dialect: (endpoint: Endpoint) => Dialect;
  /** How several prompts are sent at once; null where this address does not take that. */
  readonly batch?: (endpoint: Endpoint) => BatchDialect | null;
}

export const DEFAULT_LIMITS = { connect_timeout_ms: 10_000, first_token_timeout_ms: 90_000, idle_timeout_ms: 60_000 };

/** Where a provider is, and what says so: its own setting, the variable of its kind, or the kind's default. */
export function addressOf(
  kind: HttpKind,
  name: string,
  { base_url }: HttpSettings,
  environment: Environment,
): readonly [address: string, param: string | undefined] {
  if (base_url !== undefined) return [base_url, `providers.${name}.base_url`];
  const fromEnvironment = kind.baseUrlVariable === undefined ? undefined : environment[kind.baseUrlVariable]?.trim();
  return [fromEnvironment || kind.baseUrl, kind.baseUrlVariable];
}

/**
 * A provider of this kind. Everything that can be wrong with address and key is told here, before the first request;
 * the HTTP client is loaded with it.
 */
export function createHttpProvider(
  kind: HttpKind,
  name: string,
  settings: HttpSettings,
  { clock, environment, lookup }: HttpSurroundings,
): Provider {
  const [address, param] = addressOf(kind, name, settings, environment);
  const endpoint = parseBaseUrl(address, param);
  const apiKey = findKey({ name, endpoint, environment, named: settings.api_key_env, service: kind.service });
  const limits = { ...DEFAULT_LIMITS, ...settings };

  const dialect = kind.dialect(endpoint);
  const batch = kind.batch?.(endpoint) ?? null;
  let exchange: Promise<Exchange> | null = null;
  let open: Exchange | null = null;
  let batches: Promise<Exchange> | null = null;
  const start = async (spoken: Dialect): Promise<Exchange> => {
    const [{ Exchange }, { lookupBySystem }] = await Promise.all([import('./exchange.ts'), import('./connector.ts')]);
    return new Exchange({
      who: { name, key: apiKey?.key ?? null, keyVariable: apiKey?.variable ?? null },
      endpoint,
      dialect: spoken,
      headers: () => kind.headers(apiKey),
      limits: {
        connectMs: limits.connect_timeout_ms ?? DEFAULT_LIMITS.connect_timeout_ms,
        firstTokenMs: limits.first_token_timeout_ms ?? DEFAULT_LIMITS.first_token_timeout_ms,
        idleMs: limits.idle_timeout_ms ?? DEFAULT_LIMITS.idle_timeout_ms,
      },
      alwaysStream: settings.always_stream === true,
      clock,
      lookup: lookup ?? lookupBySystem,
    });
  };
  return {
    name,
    kind: kind.kind,
    model: settings.model ?? kind.model,
    takes(attempt) {
      try {
        dialect.request(attempt, true);
        return true;
      } catch {
        // What is missing is told by the one that is asked all the same.
        return false;
      }
    },
    run(attempt: Attempt) {
      if (open !== null) return open.run(attempt);
      exchange ??= start(dialect);
      return exchange.then((ready) => {
        open = ready;
        return ready.run(attempt);
      });
    },
    ...(batch === null
      ? {}
      : {
          batch: {
            prompt: batch.prompt,
            async run(attempts, ended) {
              batches ??= start(batch);
              const shared = new BatchAttempt(attempts, ended);
              await (await batches).run(shared);
              return shared.error;
            },
          },
        }),
    close() {
      void exchange?.then((ready) => ready.close());
      void batches?.then((ready) => ready.close());
    },
  };
}
