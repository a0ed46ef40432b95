import { OrchestratorError } from '../../src/core/errors.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { serverClient, serverError } from '../shared/server-client.ts';
import { print } from '../shared/server-print.ts';
import { write } from '../shared/streams.ts';

interface Listing {
  readonly total: number;
  readonly dead_letters: readonly Letter[];
}

interface Letter {
  readonly id: number;
  readonly request_id: string;
  readonly reason: string;
  readonly dropped_at: number;
  readonly attempts: number;
  readonly error?: { readonly message: string };
}

/** The dead letters of a running server: the same commands as for the local store. */
export async function list(context: CommandContext, options: CommandOptions): Promise<number> {
  const limit = (options['limit'] as number | undefined) ?? 20;
  const path = `/v1/dlq?limit=${limit}${reasonOf(options, '&')}`;
  const listing = await serverClient(context, options).get<Listing>(path, 'total', 'dead_letters');
  await print(context, options, listing, listing.dead_letters.map(lineOf));
  if (options['json'] !== true) {
    context.stderr.write(`orchestrator: ${listing.dead_letters.length} of ${listing.total} dead letters\n`);
  }
  return 0;
}

export async function exportAll(context: CommandContext, options: CommandOptions): Promise<number> {
  const reply = await serverClient(context, options).call('GET', `/v1/dlq?format=ndjson${reasonOf(options, '&')}`, {
    timeoutMs: 600_000,
    raw: true,
  });
  if (reply.status >= 400 || !/ndjson/.test(reply.headers.get('content-type') ?? '')) throw serverError(reply);
  await write(context.stdout, String(reply.body));
  return 0;
}

export async function purge(context: CommandContext, options: CommandOptions): Promise<number> {
  if (options['olderThan'] !== undefined) {
    throw new OrchestratorError('usage', '--older-than works on the local store, not with --url.');
  }
  const client = serverClient(context, options);
  if (options['yes'] !== true) {
    const { total } = await client.get<Listing>(`/v1/dlq?limit=1${reasonOf(options, '&')}`, 'total');
    context.stderr.write(`orchestrator: up to ${total} dead letters would be removed for good; add --yes to do it\n`);
    return 2;
  }
  const path = `/v1/dlq${reasonOf(options, '?')}`;
  const { removed } = await client.ask<{ removed: number }>('DELETE', path, undefined, 'removed');
  context.stderr.write(`orchestrator: ${removed} dead letters removed\n`);
  return 0;
}

/** The server sends them again by itself; what comes of it is in its snapshot. */
export async function replay(
  context: CommandContext,
  ids: readonly string[],
  options: CommandOptions,
): Promise<number> {
  const client = serverClient(context, options);
  const paths = ids.length === 0 ? ['/v1/dlq/replay'] : ids.map((id) => `/v1/dlq/replay/${encodeURIComponent(id)}`);
  let replayed = 0;
  for (const path of paths) {
    replayed += (await client.ask<{ replayed: number }>('POST', path, undefined, 'replayed')).replayed;
  }
  context.stderr.write(`orchestrator: the server sends ${replayed} dead letters again\n`);
  return 0;
}

const reasonOf = (options: CommandOptions, sign: string): string =>
  options['reason'] === undefined ? '' : `${sign}reason=${encodeURIComponent(String(options['reason']))}`;

const lineOf = ({ id, request_id, reason, dropped_at, attempts, error }: Letter): string =>
  safeLine(
    `${id}  ${new Date(dropped_at * 1000).toISOString()}  ${reason}  ${request_id} attempts=${attempts}  ${error?.message ?? ''}`,
    200,
  );
