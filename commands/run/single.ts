import { OrchestratorError } from '../../src/core/errors.ts';
import { costText } from '../../src/core/money.ts';
import { type AnswerSource, costUsd, type Outcome, outcomeRecord } from '../../src/core/outcome.ts';
import type { Citation, PromptRequest } from '../../src/core/request.ts';
import { safeLine, safeText } from '../../src/core/safe-text.ts';
import type { CommandContext } from '../command.ts';
import { explainLines } from '../shared/explain.ts';
import type { Host } from '../shared/host.ts';
import type { OutputFormat } from '../shared/output.ts';
import { SIGNAL_EXIT_CODES } from '../shared/signals.ts';
import { streamText } from '../shared/stream-text.ts';
import { write } from '../shared/streams.ts';

export interface SingleOptions {
  readonly format: OutputFormat;
  /** Tell tokens and times on stderr. */
  readonly usage: boolean;
  /** Tell on stderr why it went where it went. */
  readonly explain: boolean;
}

/** Answers one prompt: as text while it arrives, or as one outcome. A signal takes the request back. */
export async function runSingle(
  context: CommandContext,
  { engine }: Host,
  request: PromptRequest,
  { format, usage, explain }: SingleOptions,
): Promise<number> {
  const { stdout, stderr } = context;
  const handle = engine.submit(request, { stream: format === 'text' });
  let signalled: keyof typeof SIGNAL_EXIT_CODES | null = null;
  const dispose = context.onSignal((signal) => {
    signalled ??= signal;
    handle.cancel();
  });
  try {
    if (format === 'text') await streamText(context, handle);
    const outcome = await handle;
    if (format !== 'text')
      await write(stdout, `${JSON.stringify(outcomeRecord(outcome), null, format === 'json' ? 2 : 0)}\n`);
    if (usage) stderr.write(`${usageLine(outcome)}\n`);
    if (usage && outcome.citations !== null) stderr.write(`${contextLine(outcome.citations)}\n`);
    const story = explain ? engine.explain(request.id) : null;
    if (story !== null) stderr.write(`${safeText(explainLines(story).join('\n'))}\n`);
    if (signalled !== null) return SIGNAL_EXIT_CODES[signalled];
    if (outcome.error === null) return 0;
    throw new OrchestratorError(outcome.error.code, outcome.error.message);
  } finally {
    dispose();
  }
}

/** How the source of an answer is told; nothing for one of the request's own. */
const SOURCES: Readonly<Record<AnswerSource, string>> = {
  model: '',
  cache: ', answer from the cache',
  coalesced: ', shared with an identical request',
  near_duplicate: ', answer to nearly the same prompt',
};

/** The files that the answer could draw on, with their lines. */
function contextLine(citations: readonly Citation[]): string {
  const places = citations.map(({ path, first_line, last_line }) => `${path}:${first_line}-${last_line}`);
  return safeLine(`context: ${places.join(', ')}`, 4000);
}

function usageLine(outcome: Outcome): string {
  const { provider, model, usage, timing, attempts, source } = outcome;
  if (usage === null) return 'usage: no provider was asked';
  const estimate = usage.estimated ? ' (estimated)' : '';
  const took = timing === null ? '' : `, ${timing.totalMs.toFixed(1)} ms`;
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  const { cache_read_tokens: read = 0 } = usage;
  const cached = read > 0 ? ` (${read} from its cache)` : '';
  return `usage: ${provider}/${model}, ${usage.input_tokens} tokens in${cached}, ${usage.output_tokens} out${estimate}, ${costText(costUsd(outcome))}${took}${tries}${SOURCES[source ?? 'model']}`;
}
