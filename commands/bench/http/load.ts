import type { Options, Result } from 'autocannon';
import { OrchestratorError } from '../../../src/core/errors.ts';
import type { BenchServer } from './servers.ts';

/** Clients that ask one request after the other. */
const CLIENTS = 32;

/** One request that is asked again and again. */
export interface Asked {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** What a load found. */
export interface Found {
  /** The server's processor time for a request, microseconds: what other work on the machine does not touch. */
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Most memory that the server ever had, MB. */
  readonly peakMb: number;
}

/** Sends so many requests by 32 clients. Every one has to be answered with 200. */
export async function load(server: BenchServer, { path, headers, body }: Asked, requests: number): Promise<Found> {
  const { default: autocannon } = await import('autocannon');
  const before = await server.usage();
  const startedAt = performance.now();
  let endedAt = startedAt;
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const options: Options = {
    url: `${server.url}${path}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    connections: CLIENTS,
    amount: requests,
  };
  const running = autocannon(options, (error, result) => (error === null ? resolve(result) : reject(error)));
  // It looks only once a second whether it is done.
  running.on('response', () => {
    endedAt = performance.now();
  });
  const result = await promise;
  const after = await server.usage();
  if (result['2xx'] !== requests) {
    throw new OrchestratorError('internal', `measuring ${path} failed: ${result['2xx']} of ${requests} were answered`);
  }
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / requests,
    perSecond: requests / ((endedAt - startedAt) / 1000),
    p99Ms: result.latency.p99,
    peakMb: after.peakBytes / 2 ** 20,
  };
}

/** Whether the load generator is installed: it comes with the sources, not with the package. */
export async function canLoad(): Promise<boolean> {
  try {
    await import('autocannon');
    return true;
  } catch {
    return false;
  }
}
