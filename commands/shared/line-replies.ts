import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import type { CommandContext } from '../command.ts';
import { readLines, textOf } from './lines.ts';
import { teller } from './progress-bar.ts';
import { chunksOf } from './stdin.ts';
import { write } from './streams.ts';

/**
 * Answers each line of standard input with one line of JSON, in order. A line that is no JSON, or that `reply` refuses,
 * is told on stderr by its number and answered with `{error}`: whoever puts lines and replies side by side must not be
 * led astray. Blank lines are passed over. 1 when there was a bad line.
 */
export async function replyToLines(context: CommandContext, reply: (value: unknown) => object): Promise<number> {
  if (context.stdin.isTTY === true) {
    throw new OrchestratorError('usage', 'Lines are read from a pipe or a file, and standard input is a terminal.');
  }
  const tell = teller(context);
  let bad = 0;
  for await (const lines of readLines(chunksOf(context))) {
    let replies = '';
    for (const line of lines) {
      if (line.text?.trim() === '') continue;
      try {
        replies += `${JSON.stringify(reply(parse(textOf(line))))}\n`;
      } catch (thrown) {
        bad++;
        const message = messageOf(thrown);
        tell(`line ${line.number}: ${message}`);
        replies += `${JSON.stringify({ error: { code: 'request_invalid', message } })}\n`;
      }
    }
    if (replies !== '' && !(await write(context.stdout, replies))) break;
  }
  return bad > 0 ? 1 : 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new OrchestratorError('request_invalid', `is not JSON: ${messageOf(thrown)}`, { cause: thrown });
  }
}
