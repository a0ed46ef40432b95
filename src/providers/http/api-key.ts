import type { Environment } from '../../core/environment.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { addressKind } from './address.ts';
import type { Endpoint } from './base-url.ts';

/** Where a provider's key comes from. */
export interface KeySource {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly environment: Environment;
  /** `api_key_env`. */
  readonly named: string | undefined;
  /** The kind's own service: its variable, its only origin, and where keys are made. Null for servers without one. */
  readonly service: { readonly variable: string; readonly origin: string; readonly keysAt: string } | null;
}

export interface ApiKey {
  readonly key: Secret;
  readonly variable: string;
}

/**
 * The key for an endpoint. A key is bound to its origin: the well-known variable serves the kind's own service and
 * addresses on this machine or network; any other origin gets the variable that `api_key_env` names, or none.
 * Throws `authentication_failed` when the key is missing, `config_invalid` when it would travel in clear text.
 */
export function findKey(source: KeySource): ApiKey | null {
  const { name, endpoint, environment, named, service } = source;
  const official = service !== null && endpoint.origin === service.origin;
  const variable = named ?? (service !== null && (official || isNear(endpoint)) ? service.variable : undefined);
  if (variable === undefined) return null;
  const value = environment[variable]?.trim() ?? '';
  if (value === '') {
    if (named === undefined && !official) return null;
    const where = official ? ` Get a key at ${service.keysAt}.` : '';
    throw new OrchestratorError(
      'authentication_failed',
      `Provider ${name} needs an API key: set the environment variable ${variable}.${where}`,
      { param: variable },
    );
  }
  if (!/^[\u0021-\u007e]+$/.test(value)) {
    throw new OrchestratorError(
      'authentication_failed',
      `The environment variable ${variable} holds something that is no API key: spaces or characters outside ASCII.`,
      { param: variable },
    );
  }
  if (!endpoint.secure && !isNear(endpoint)) {
    throw new OrchestratorError(
      'config_invalid',
      `Provider ${name}: a key is not sent in clear text; begin base_url with https:// (${endpoint.origin}).`,
      { param: 'base_url' },
    );
  }
  return { key: new Secret(value), variable };
}

/** On this machine or network, as far as the written name tells. */
function isNear({ reach, host }: Endpoint): boolean {
  if (reach !== 'literal') return reach !== 'public';
  return addressKind(host) === 'loopback' || addressKind(host) === 'private';
}
