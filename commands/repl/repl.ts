import { messageOf, OrchestratorError, toOrchestratorError } from '../../src/core/errors.ts';
import { costUsd, type Outcome } from '../../src/core/outcome.ts';
import { present } from '../../src/core/present.ts';
import type { Message } from '../../src/core/request.ts';
import { safeText } from '../../src/core/safe-text.ts';
import type { Config } from '../../src/sections.ts';
import type { CommandContext } from '../command.ts';
import type { Host } from '../shared/host.ts';
import { streamText } from '../shared/stream-text.ts';
import { Conversations } from './conversations.ts';

/** What the conversation has used so far. */
export interface Used {
  prompts: number;
  answered: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars, of those prompts whose price is known. */
  costUsd: number;
  /** Prompts whose price is not known. */
  unpriced: number;
  /** Some provider did not say, so some of it is estimated. */
  estimated: boolean;
}

/** The state of a conversation with a model, and what can be done with it; slash commands work on this. */
export class Repl {
  readonly context: CommandContext;
  readonly host: Host;
  readonly conversations: Conversations;
  readonly used: Used = {
    prompts: 0,
    answered: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    unpriced: 0,
    estimated: false,
  };
  /** Asked for instead of the configured one. */
  model: string | undefined;
  /** Instead of the configured one. */
  system: string | undefined;
  /** Id of the latest request; null before the first. */
  latest: string | null = null;
  /** A prompt or command did not work. */
  failed = false;
  private config: Config;
  private worker: string | null = null;

  constructor(context: CommandContext, host: Host, config: Config, session: string) {
    this.context = context;
    this.host = host;
    this.config = config;
    this.conversations = new Conversations(session);
  }

  /** Who answers, for the prompt: `echo/echo`. */
  get label(): string {
    const { name, model } = this.host.engine.provider();
    return `${name}/${this.model ?? model}`;
  }

  /** A message; stdout is for answers alone. */
  say(text: string): void {
    this.context.stderr.write(`${safeText(text)}\n`);
  }

  complain(thrown: unknown): void {
    this.failed = true;
    const error = toOrchestratorError(thrown);
    // How a command line is made is of no help to a slash command.
    this.say(`orchestrator: ${error.message}${error.code === 'usage' ? '' : `\n${error.definition.hint}`}`);
  }

  /** Sends a prompt with what was said before, and prints the answer as it comes. `onBegun` gets a way to cancel it. */
  async ask(prompt: string, onBegun: (cancel: () => void) => void): Promise<void> {
    const { engine, ids } = this.host;
    const session = this.conversations.current;
    const system: readonly Message[] = this.system === undefined ? [] : [{ role: 'system', content: this.system }];
    const messages: readonly Message[] = [
      ...system,
      ...this.conversations.messages(session),
      { role: 'user', content: prompt },
    ];
    this.latest = ids();
    const handle = engine.submit({ id: this.latest, session, messages, ...present({ model: this.model }) }, {});
    onBegun(() => handle.cancel());
    await streamText(this.context, handle);
    const outcome = await handle;
    this.count(outcome);
    if (outcome.status === 'completed') this.conversations.add(session, prompt, outcome.text);
    else if (outcome.status === 'cancelled') this.say('(cancelled)');
    else
      this.complain(new OrchestratorError(outcome.error?.code ?? 'internal', outcome.error?.message ?? outcome.status));
    this.failed ||= outcome.status !== 'completed';
  }

  /** Another configuration, from the files; a worker that was chosen here stays chosen. */
  configure(config: Config): void {
    this.host.engine.apply(withWorker(config, this.worker));
    this.config = config;
  }

  get workers(): readonly string[] {
    return [...Object.keys(this.config.providers), 'echo', 'anthropic', 'open_ai', 'llama_cpp', 'vllm'];
  }

  /** Answers come from this provider, or kind of provider, from now on. */
  chooseWorker(name: string): void {
    if (!this.workers.includes(name)) {
      throw new OrchestratorError('usage', `There is no worker ${name}: ${this.workers.join(', ')}.`);
    }
    try {
      this.host.engine.apply(withWorker(this.config, name));
      this.worker = name;
    } catch (thrown) {
      throw new OrchestratorError('usage', `${name} cannot answer: ${messageOf(thrown)}`, { cause: thrown });
    }
  }

  private count(outcome: Outcome): void {
    const { status, usage } = outcome;
    this.used.prompts++;
    if (status === 'completed') this.used.answered++;
    if (usage === null) return;
    this.used.inputTokens += usage.input_tokens;
    this.used.outputTokens += usage.output_tokens;
    const cost = costUsd(outcome);
    if (cost === null) this.used.unpriced++;
    else this.used.costUsd += cost;
    this.used.estimated ||= usage.estimated;
  }
}

/** The configuration with this provider, or this kind of provider, as the only one. */
function withWorker(config: Config, worker: string | null): Config {
  if (worker === null) return config;
  const named = config.providers[worker];
  const kind = (named?.kind ?? worker) as Config['stages']['inference']['worker'];
  const { model, ...rest } = config.stages.inference;
  // The configured model is the configured worker's.
  const inference = { ...rest, worker: kind, model: named !== undefined || kind === rest.worker ? model : undefined };
  const providers = named === undefined ? {} : { [worker]: named };
  return { ...config, providers, stages: { ...config.stages, inference } };
}
