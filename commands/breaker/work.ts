import type { CommandContext, CommandOptions } from '../command.ts';
import { serverClient } from '../shared/server-client.ts';
import { print } from '../shared/server-print.ts';

interface Breaker {
  readonly provider: string;
  readonly state: string;
  readonly failures: number;
  readonly next_probe_ms: number | null;
  readonly reason: string | null;
}

interface Breakers {
  readonly circuit_breakers: readonly Breaker[];
}

export async function list(context: CommandContext, options: CommandOptions): Promise<number> {
  const answer = await serverClient(context, options).get<Breakers>('/v1/circuit-breakers', 'circuit_breakers');
  return print(context, options, answer, answer.circuit_breakers.map(lineOf));
}

export async function reset(
  context: CommandContext,
  provider: string | undefined,
  options: CommandOptions,
): Promise<number> {
  return command(context, options, provider === undefined ? 'reset' : `${encodeURIComponent(provider)}/reset`);
}

export async function trip(context: CommandContext, provider: string, options: CommandOptions): Promise<number> {
  return command(context, options, `${encodeURIComponent(provider)}/trip`);
}

async function command(context: CommandContext, options: CommandOptions, path: string): Promise<number> {
  const client = serverClient(context, options);
  const answer = await client.ask<Breakers>('POST', `/v1/circuit-breaker/${path}`, undefined, 'circuit_breakers');
  return print(context, options, answer, answer.circuit_breakers.map(lineOf));
}

function lineOf({ provider, state, failures, next_probe_ms, reason }: Breaker): string {
  const probe =
    next_probe_ms === null || next_probe_ms === undefined ? '' : `  next probe in ${Math.ceil(next_probe_ms / 1000)} s`;
  return `${provider}  ${state}  failures ${failures}${probe}${reason ? `  ${reason}` : ''}`;
}
