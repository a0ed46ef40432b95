import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import type { Questions } from './questions.ts';
import { DEFAULT_WORKER, WORKERS, type WorkerChoice } from './workers.ts';

/** What the wizard was told, by flags or at the keyboard. */
export interface Answers {
  readonly choice: WorkerChoice;
  readonly model: string | undefined;
  /** Where the server is, if not where it is expected. */
  readonly baseUrl: string | undefined;
  /** The variable that holds the key, if not the usual one. */
  readonly keyVariable: string | undefined;
  /** A key to be stored; absent: the variable is set already, or none is needed. */
  readonly key: Secret | undefined;
}

/** Gathers what is not given by a flag: asks for it, or with `questions` null takes the default. */
export async function gatherAnswers(
  context: CommandContext,
  options: CommandOptions,
  questions: Questions | null,
): Promise<Answers> {
  const worker =
    (options['worker'] as string | undefined) ??
    (questions === null ? DEFAULT_WORKER : await questions.worker(WORKERS, DEFAULT_WORKER));
  const choice = WORKERS.find((each) => each.worker === worker)!;
  const keys = await gatherKey(context, choice, options, questions);
  const model = await gather(options['model'], choice.model, questions, (proposed) =>
    choice.worker === 'echo' ? undefined : questions!.model(proposed),
  );
  const address = await gather(options['baseUrl'], choice.baseUrl, questions, (proposed) =>
    proposed === undefined ? undefined : questions!.baseUrl(proposed),
  );
  if (address !== undefined) checkAddress(address);
  return { choice, model, baseUrl: address === choice.baseUrl ? undefined : address, ...keys };
}

async function gather(
  given: unknown,
  proposed: string | undefined,
  questions: Questions | null,
  ask: (proposed: string | undefined) => Promise<string> | undefined,
): Promise<string | undefined> {
  const answer = (given as string | undefined) ?? (questions === null ? proposed : await ask(proposed));
  return answer === undefined || answer.trim() === '' ? undefined : answer.trim();
}

async function gatherKey(
  { environment, cwd }: CommandContext,
  choice: WorkerChoice,
  options: CommandOptions,
  questions: Questions | null,
): Promise<Pick<Answers, 'keyVariable' | 'key'>> {
  const named = options['apiKeyEnv'] as string | undefined;
  const file = options['apiKeyFile'] as string | undefined;
  if (named !== undefined && file !== undefined) throw usage('Give either --api-key-env or --api-key-file, not both.');
  const usual = choice.keyVariable;
  if (usual === undefined) {
    if (named !== undefined || file !== undefined) throw usage(`${choice.worker} takes no key.`);
    return { keyVariable: undefined, key: undefined };
  }
  if (named !== undefined) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(named)) throw usage('--api-key-env takes the name of a variable, not a key.');
    if (!environment[named]) throw usage(`--api-key-env ${named}: that variable is not set.`);
    return { keyVariable: named === usual ? undefined : named, key: undefined };
  }
  if (file !== undefined) return { keyVariable: undefined, key: keyOf(readKey(resolve(cwd, file))) };
  const isSet = Boolean(environment[usual]);
  if (isSet && (questions === null || (await questions.takeSetKey(usual))))
    return { keyVariable: undefined, key: undefined };
  if (questions === null) {
    throw usage(`${choice.worker} needs a key: set ${usual}, or give --api-key-env or --api-key-file.`);
  }
  return { keyVariable: undefined, key: keyOf(await questions.key(usual, choice.keySource!)) };
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw usage(`--api-key-file ${path} cannot be read: ${messageOf(thrown)}`);
  }
}

function keyOf(text: string): Secret {
  const key = text.trim();
  // Printable ASCII: anything else came along by accident, and no header could carry it.
  if (!/^[\x21-\x7e]+$/.test(key)) throw usage('A key is one line of letters, digits and signs, without spaces.');
  return new Secret(key);
}

function checkAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw usage('The base URL is an http or https address without a name and password, such as http://localhost:8080.');
  }
}

const usage = (message: string): OrchestratorError => new OrchestratorError('usage', message);
