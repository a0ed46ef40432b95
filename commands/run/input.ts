import { Buffer, isUtf8 } from 'node:buffer';
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { OrchestratorError } from '../../src/core/errors.ts';
import { BLANK } from '../../src/core/request.ts';
import type { CommandContext } from '../command.ts';
import { LONGEST_LINE_BYTES } from '../shared/lines.ts';
import { chunksOf, hasData } from '../shared/stdin.ts';

/** What `run` was given to work on. */
export type Input =
  | { readonly kind: 'prompt'; readonly text: string }
  | {
      readonly kind: 'batch';
      readonly source: string;
      readonly bytes: number | null;
      readonly chunks: AsyncIterable<Uint8Array>;
    }
  | { readonly kind: 'nothing' };

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** The name that standard input has as the source of a batch. */
const STDIN = '-';

/** A prompt may be this large; the line limit serves for both. */
const LONGEST_PROMPT_BYTES = LONGEST_LINE_BYTES;
/** How long a pipe beside an argument may stay silent. */
const SILENCE_MS = 1000;

/**
 * Finds the input by the rule of the command line: `--input` is a batch; piped text is appended to a prompt argument;
 * alone, it is a batch when its first line is a JSON object with `prompt`, `input` or `messages`, else one prompt.
 * Standard input is read only when it is a pipe or a file, or named `-`.
 */
export async function findInput(
  context: CommandContext,
  args: readonly string[],
  file: string | undefined,
): Promise<Input> {
  if (file !== undefined) {
    if (args.length > 0) throw new OrchestratorError('usage', 'Give either a prompt or --input, not both.');
    return file === STDIN ? stdinBatch(chunksOf(context)) : fileBatch(resolve(context.cwd, file));
  }
  if (args.length === 1 && args[0] === STDIN) return promptOf(await readAll(chunksOf(context)));
  const argument = args.join(' ');
  const readable = hasData(context);
  if (argument !== '') {
    const piped = readable ? await readBeside(context) : '';
    return promptOf(piped.trim() === '' ? argument : `${argument}\n\n${piped}`);
  }
  if (!readable) return args.length === 0 ? { kind: 'nothing' } : promptOf('');
  const { isBatch, chunks } = await peek(chunksOf(context));
  if (isBatch) return stdinBatch(chunks);
  const text = await readAll(chunks);
  return text.trim() === '' && args.length === 0 ? { kind: 'nothing' } : promptOf(text);
}

/** Throws `request_invalid` for one that says nothing. */
function promptOf(text: string): Input {
  if (text.trim() !== '') return { kind: 'prompt', text };
  throw new OrchestratorError('request_invalid', `The prompt ${BLANK}.`, { param: 'prompt' });
}

function stdinBatch(chunks: AsyncIterable<Uint8Array>): Input {
  return { kind: 'batch', source: STDIN, bytes: null, chunks };
}

function fileBatch(path: string): Input {
  try {
    const stat = statSync(path);
    if (stat.isDirectory())
      throw new OrchestratorError('usage', `--input ${path} is a directory; name an NDJSON file.`);
    return {
      kind: 'batch',
      source: realpathSync(path),
      bytes: stat.isFile() ? stat.size : null,
      chunks: createReadStream(path),
    };
  } catch (thrown) {
    if (thrown instanceof OrchestratorError) throw thrown;
    throw new OrchestratorError('usage', `--input ${path} cannot be read: ${(thrown as Error).message}`, {
      cause: thrown,
    });
  }
}

/** Piped text beside a prompt argument; a pipe that somebody merely left open is not waited for. */
async function readBeside(context: CommandContext): Promise<string> {
  const chunks = chunksOf(context);
  const first = chunks.next();
  const silent = new Promise<'silent'>((done) => {
    const timer = context.clock.after(SILENCE_MS, () => done('silent'));
    void first.then(
      () => timer.cancel(),
      () => timer.cancel(),
    );
  });
  const result = await Promise.race([first, silent]);
  if (result === 'silent') {
    context.stderr.write('orchestrator: nothing came through the pipe within 1 s; going on without it\n');
    context.stdin.destroy();
    first.catch(() => undefined);
    return '';
  }
  if (result.done === true) return '';
  return readAll(prepend([result.value], chunks));
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > LONGEST_PROMPT_BYTES) {
      throw new OrchestratorError(
        'prompt_too_large',
        `The prompt on standard input is larger than ${LONGEST_PROMPT_BYTES / 1024 / 1024} MiB. Shorten the prompt, or send it in pieces.`,
      );
    }
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes)) throw new OrchestratorError('request_invalid', 'The prompt on standard input is not UTF-8 text.');
  return bytes.toString('utf8');
}

/** Reads up to the first line that is not blank, and tells whether it begins a batch. */
async function peek(chunks: AsyncGenerator<Uint8Array, void, void>) {
  const seen: Uint8Array[] = [];
  let size = 0;
  let begun = false;
  const completesLine = (chunk: Uint8Array): boolean =>
    chunk.some((byte) => {
      begun ||= byte > SPACE;
      return begun && byte === NEWLINE;
    });
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    seen.push(next.value);
    size += next.value.length;
    if (completesLine(next.value) || size > LONGEST_PROMPT_BYTES) break;
  }
  const first =
    /\S[^\n]*/.exec(
      Buffer.concat(seen)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    )?.[0] ?? '';
  return { isBatch: isRequestLine(first), chunks: prepend(seen, chunks) };
}

function isRequestLine(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    const value = JSON.parse(line) as object;
    return 'prompt' in value || 'input' in value || 'messages' in value;
  } catch {
    return false;
  }
}

async function* prepend(
  seen: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* seen;
  yield* rest;
}
