import type { PromptGuard } from '../../src/admission/guard/guard.ts';
import type { Origin } from '../../src/admission/guard/verdict.ts';
import { guardOf } from '../../src/admission/index.ts';
import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { type Line, readLines, textOf } from '../shared/lines.ts';
import { teller } from '../shared/progress-bar.ts';
import { chunksOf, hasData } from '../shared/stdin.ts';
import { write } from '../shared/streams.ts';

/** Prints a verdict for each text, as one line of JSON; 1 when a line could not be read. What it says is no failure. */
export async function checkTexts(
  context: CommandContext,
  args: readonly string[],
  options: CommandOptions,
): Promise<number> {
  const { config } = await loadCommandConfig(context, options);
  const guard = guardOf(config.guard);
  const origin = (options['origin'] as Origin | undefined) ?? 'user';
  const reply = (text: string): string => replyTo(guard, text, origin);
  const ndjson = options['ndjson'] === true;
  if (args.length > 0) {
    if (ndjson) throw new OrchestratorError('usage', 'Give either texts as arguments or --ndjson, not both.');
    await write(context.stdout, args.map(reply).join(''));
    return 0;
  }
  if (!hasData(context)) {
    throw new OrchestratorError('usage', 'There is nothing to check: give a text, or pipe a text or NDJSON {text}.');
  }
  return checkInput(context, reply, ndjson);
}

/** Standard input: NDJSON when it is said to be, or when its first line is an object with a text; else one text. */
async function checkInput(context: CommandContext, reply: (text: string) => string, ndjson: boolean): Promise<number> {
  let inLines: boolean | null = ndjson ? true : null;
  let failed = false;
  const parts: string[] = [];
  const tell = teller(context);
  for await (const lines of readLines(chunksOf(context))) {
    let replies = '';
    for (const line of lines) {
      if (line.text?.trim() === '' && inLines !== false) {
        parts.push('');
        continue;
      }
      inLines ??= hasText(line);
      if (!inLines) {
        parts.push(textOf(line));
        continue;
      }
      try {
        replies += reply(fieldOf(textOf(line)));
      } catch (thrown) {
        failed = true;
        tell(`line ${line.number}: ${messageOf(thrown)}`);
        // A reply all the same: whoever puts lines and replies side by side must not be led astray.
        replies += `${JSON.stringify({ error: { code: 'request_invalid', message: messageOf(thrown) } })}\n`;
      }
    }
    await write(context.stdout, replies);
  }
  if (inLines === false) await write(context.stdout, reply(parts.join('\n')));
  return failed ? 1 : 0;
}

function replyTo(guard: PromptGuard, text: string, origin: Origin): string {
  const { action, score, class: kind, evidence, span } = guard.inspect(text, origin);
  return `${JSON.stringify({ action, score, class: kind, evidence, ...(span === null ? {} : { span }) })}\n`;
}

function hasText(line: Line): boolean {
  try {
    fieldOf(textOf(line));
    return true;
  } catch {
    return false;
  }
}

/** The `text` of a line; throws for one that has none. */
function fieldOf(line: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (thrown) {
    throw new OrchestratorError('request_invalid', `is not JSON: ${messageOf(thrown)}`, { cause: thrown });
  }
  const text = typeof value === 'object' && value !== null ? (value as { text?: unknown }).text : undefined;
  if (typeof text !== 'string') throw new OrchestratorError('request_invalid', 'has no field `text` with a text in it');
  return text;
}
