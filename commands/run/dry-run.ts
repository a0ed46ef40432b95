import { createIds } from '../../src/core/ids.ts';
import { present } from '../../src/core/present.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { instructed } from '../../src/prompts/assemble-stage.ts';
import type { Config } from '../../src/sections.ts';
import type { CommandContext } from '../command.ts';
import { readLines, textOf } from '../shared/lines.ts';
import { teller } from '../shared/progress-bar.ts';
import { write } from '../shared/streams.ts';
import type { Input } from './input.ts';
import { parseRequestLine, type RequestDefaults, requestOf } from './request-line.ts';
import { BatchSummary } from './summary.ts';

/** Prints the requests that would be sent, one a line, and tells bad lines; exit 1 when there are any. */
export async function showRequests(
  context: CommandContext,
  input: Exclude<Input, { kind: 'nothing' }>,
  { stages }: Pick<Config, 'stages'>,
  defaults: RequestDefaults,
  skip: number,
): Promise<number> {
  const ids = createIds('req', context.random);
  const lineOf = (request: PromptRequest): string => `${JSON.stringify(asSent(request, stages))}\n`;
  if (input.kind === 'prompt') {
    const request = requestOf(ids(), [{ role: 'user', content: input.text }], defaults);
    await write(context.stdout, lineOf(request));
    return 0;
  }
  const summary = new BatchSummary(context.clock, teller(context));
  for await (const lines of readLines(input.chunks)) {
    let text = '';
    for (const line of lines) {
      if (line.number <= skip || line.text?.trim() === '') continue;
      try {
        const { request, ignored } = parseRequestLine(textOf(line), defaults, ids);
        summary.ignored(ignored);
        text += lineOf(request);
      } catch (thrown) {
        summary.badLine(line.number, (thrown as Error).message);
      }
    }
    await write(context.stdout, text);
  }
  return summary.exitCode;
}

/** With what the configuration and the flags say of every request. */
function asSent(request: PromptRequest, { assemble, inference }: Config['stages']): PromptRequest {
  const { id, messages, parameters, ...rest } = request;
  const { model, max_tokens, temperature } = inference;
  const { enabled, system = '' } = assemble;
  return {
    id,
    messages: enabled && system !== '' ? instructed(messages, { role: 'system', content: system }) : messages,
    ...present({ model }),
    ...rest,
    parameters: { ...present({ max_tokens, temperature }), ...parameters },
  };
}
