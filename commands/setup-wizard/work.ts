import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { credentialsPath, readCredentials, withCredential, withCredentials } from '../../src/config/credentials.ts';
import { userDirectory } from '../../src/config/files.ts';
import { configFromValues } from '../../src/config/from-values.ts';
import { messageOf, OrchestratorError, toOrchestratorError } from '../../src/core/errors.ts';
import { present } from '../../src/core/present.ts';
import { safeText } from '../../src/core/safe-text.ts';
import { engineSections } from '../../src/sections.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { replaceFile } from '../shared/atomic-file.ts';
import { SIGNAL_EXIT_CODES } from '../shared/signals.ts';
import { type Answers, gatherAnswers } from './answers.ts';
import { askAt, isLeaving, type Questions } from './questions.ts';
import { testCall } from './test-call.ts';

/** Asks, tries and writes; returns the exit code. Nothing is written before everything has been answered and tried. */
export async function runWizard(context: CommandContext, options: CommandOptions): Promise<number> {
  const questions = options['yes'] === true ? null : await askAt(context);
  try {
    return await setUp(context, options, questions);
  } catch (thrown) {
    if (!isLeaving(thrown)) throw thrown;
    context.stderr.write('\nNothing was written.\n');
    return SIGNAL_EXIT_CODES.SIGINT;
  }
}

async function setUp(context: CommandContext, options: CommandOptions, questions: Questions | null): Promise<number> {
  const say = (text: string): void => void context.stderr.write(`${safeText(text)}\n`);
  const directory = userDirectory(context.environment);
  if (directory === null)
    throw new OrchestratorError('usage', 'There is no home directory: set HOME or XDG_CONFIG_HOME.');
  const file = join(directory, 'pipeline.toml');
  if (existsSync(file) && !(await mayReplace(file, options, questions))) {
    say('Nothing was written.');
    return 0;
  }
  const stored = withCredentials(context.environment, readCredentials(context.environment).variables);
  const answers = await gatherAnswers({ ...context, environment: stored }, options, questions);
  const values = valuesOf(answers);
  // What would not load is not written.
  configFromValues(engineSections, values);
  const key = answers.key === undefined ? {} : { [answers.choice.keyVariable!]: answers.key.reveal() };
  if (options['skipTest'] !== true) {
    const verdict = await tryOut(context, values, { ...stored, ...key }, questions, say);
    if (!verdict) {
      say('Nothing was written.');
      return 1;
    }
  }
  write(file, values, Object.entries(key), context);
  say(`Written: ${file}${answers.key === undefined ? '' : `, and the key to ${credentialsPath(context.environment)}`}`);
  say('Try it: orchestrator run "What is backpressure?"');
  return 0;
}

async function mayReplace(file: string, options: CommandOptions, questions: Questions | null): Promise<boolean> {
  if (questions !== null) return questions.confirm(`${file} exists. Replace it?`);
  if (options['reset'] === true) return true;
  throw new OrchestratorError('usage', `${file} exists; --reset replaces it.`);
}

/** The live test call. A failure ends the wizard, unless the person wants it written all the same. */
async function tryOut(
  context: CommandContext,
  values: object,
  environment: CommandContext['environment'],
  questions: Questions | null,
  say: (text: string) => void,
): Promise<boolean> {
  try {
    say(`It works: ${await testCall(context, values, environment)}`);
    return true;
  } catch (thrown) {
    if (questions === null) throw thrown;
    const error = toOrchestratorError(thrown);
    say(`It does not work: ${error.message}\n${error.definition.hint}`);
    return questions.confirm('Write it all the same?');
  }
}

/** The configuration in as few words as say it. */
function valuesOf({ choice: { worker }, model, baseUrl, keyVariable }: Answers): object {
  if (baseUrl === undefined && keyVariable === undefined) {
    return { stages: { inference: { worker, ...present({ model }) } } };
  }
  const provider = { kind: worker, ...present({ base_url: baseUrl, api_key_env: keyVariable, model }) };
  return { stages: { inference: { worker } }, providers: { [worker]: provider } };
}

function write(
  file: string,
  values: object,
  keys: readonly (readonly [string, string])[],
  context: CommandContext,
): void {
  try {
    const path = credentialsPath(context.environment)!;
    for (const [name, value] of keys) {
      replaceFile(path, withCredential(existsSync(path) ? readFileSync(path, 'utf8') : '', name, value));
    }
    replaceFile(
      file,
      `# Written by \`orchestrator setup-wizard\`. docs/config.md describes every key.\n${stringify(values)}`,
    );
  } catch (thrown) {
    throw new OrchestratorError('usage', `The configuration cannot be written: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}
