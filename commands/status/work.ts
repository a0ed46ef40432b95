import { ERRORS, OrchestratorError } from '../../src/core/errors.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { serverClient, serverError } from '../shared/server-client.ts';
import { print } from '../shared/server-print.ts';

interface Health {
  readonly status?: string;
  readonly name?: string;
  readonly version?: string;
  readonly uptime_s?: number;
  readonly in_flight?: number;
  readonly dead_letter_queue_depth?: number;
  readonly stages?: Readonly<
    Record<string, { readonly depth: number; readonly capacity: number; readonly p95_ms: number }>
  >;
  readonly circuit_breakers?: Readonly<Record<string, { readonly state: string }>>;
}

/** Exit 0 for a server that takes requests, 5 for one that does not. */
export async function showStatus(context: CommandContext, options: CommandOptions): Promise<number> {
  const client = serverClient(context, options);
  const reply = await client.call('GET', '/health');
  const health = reply.body as Health | null;
  // Many servers have a health of their own.
  if (health?.status === undefined || health.uptime_s === undefined || health.stages === undefined)
    throw reply.status >= 400 ? serverError(reply) : notOurs(client.url);
  await print(context, options, health, linesOf(client.url, health));
  return reply.status === 200 ? 0 : ERRORS.provider_unavailable.exit;
}

const notOurs = (url: string): OrchestratorError =>
  new OrchestratorError('server_unreachable', `What answers at ${url} is no orchestrator.`);

function linesOf(url: string, health: Health): readonly string[] {
  const { status, name, version, uptime_s, in_flight, dead_letter_queue_depth } = health;
  const stages = Object.entries(health.stages ?? {});
  const breakers = Object.entries(health.circuit_breakers ?? {});
  return [
    `${name} ${version} at ${url}: ${status}, up ${uptime_s} s`,
    `in flight ${in_flight}, dead letters ${dead_letter_queue_depth}`,
    ...stages.map(
      ([stage, { depth, capacity, p95_ms }]) => `${stage.padEnd(13)} queue ${depth}/${capacity}  p95 ${p95_ms} ms`,
    ),
    ...breakers.map(([provider, { state }]) => `breaker ${provider}: ${state}`),
  ];
}
