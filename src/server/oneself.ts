import type { Environment } from '../core/environment.ts';
import { OrchestratorError } from '../core/errors.ts';
import { providerAddresses } from '../providers/index.ts';
import { isLoopback } from './origins.ts';
import type { ServiceConfig } from './sections.ts';

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/**
 * Throws `config_invalid` when a provider would be this very server: every request would come back as another one. The
 * default address of llama.cpp is also the default of this server.
 */
export function refuseOneself(
  { providers, stages }: Pick<ServiceConfig, 'providers' | 'stages'>,
  environment: Environment,
  listener: { readonly host: string; readonly port: number },
): void {
  for (const { name, address } of providerAddresses(providers, stages.inference.worker, environment)) {
    if (!URL.canParse(address) || !isAt(new URL(address), listener)) continue;
    throw new OrchestratorError(
      'config_invalid',
      `Provider ${name} is at ${new URL(address).origin}, which is this server itself. Start the server elsewhere (--port), ` +
        'or say where the provider is (LLAMA_CPP_URL, VLLM_URL or base_url).',
      { param: `providers.${name}.base_url` },
    );
  }
}

function isAt({ hostname, port, protocol }: URL, listener: { readonly host: string; readonly port: number }): boolean {
  const asked = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  if (asked !== listener.port) return false;
  if (isLoopback(hostname)) return isLoopback(listener.host) || EVERYWHERE.has(listener.host);
  return hostname.toLowerCase() === listener.host.toLowerCase();
}
