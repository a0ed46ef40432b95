import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import { dollarText } from '../../src/core/money.ts';
import type { PluginListing } from '../../src/pipeline/plugins/plugins.ts';
import { nearestWord } from '../../src/primitives/nearest-word.ts';
import { breakersCommand } from './breakers.ts';
import { explainCommand } from './explain.ts';
import type { Repl } from './repl.ts';

/** A command of the conversation: `/name argument`. */
export interface SlashCommand {
  readonly name: string;
  /** As help shows it: `[name]`. */
  readonly arguments?: string;
  readonly summary: string;
  /** Words that may follow, for completion. */
  readonly choices?: (repl: Repl) => readonly string[];
  /** Throws what is wrong; returns `exit` to end the conversation. */
  readonly run: (repl: Repl, argument: string) => void | 'exit' | Promise<void>;
}

/** Every command, in the order of the help. */
const SLASH_COMMANDS: readonly SlashCommand[] = [
  {
    name: 'help',
    summary: 'show these commands',
    run(repl) {
      const rows = SLASH_COMMANDS.map(({ name, arguments: args, summary }) => {
        return `  ${`/${name} ${args ?? ''}`.padEnd(28)} ${summary}`;
      });
      repl.say([...rows, '  Ctrl-C cancels an answer, twice at the prompt it quits; Ctrl-D quits.'].join('\n'));
    },
  },
  {
    name: 'model',
    arguments: '[name]',
    summary: 'ask for another model; - is the configured one',
    run(repl, name) {
      if (name !== '') repl.model = name === '-' ? undefined : name;
      repl.say(`model: ${repl.label}`);
    },
  },
  {
    name: 'worker',
    arguments: '[name]',
    summary: 'let another provider answer',
    choices: (repl) => repl.workers,
    run(repl, name) {
      if (name !== '') repl.chooseWorker(name);
      repl.say(name === '' ? `workers: ${repl.workers.join(', ')}` : `model: ${repl.label}`);
    },
  },
  {
    name: 'session',
    arguments: '[name]',
    summary: 'go to another conversation, or begin it',
    choices: (repl) => repl.conversations.names,
    run(repl, name) {
      const { conversations } = repl;
      if (name !== '' && !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
        throw new OrchestratorError('usage', 'A session is named by 1 to 64 letters, digits, _ or -.');
      }
      if (name !== '') conversations.open(name);
      repl.say(
        conversations.names
          .map(
            (each) =>
              `${each === conversations.current ? '*' : ' '} ${each} (${conversations.messages(each).length} messages)`,
          )
          .join('\n'),
      );
    },
  },
  {
    name: 'system',
    arguments: '[text]',
    summary: 'set the system prompt; - is the configured one',
    run(repl, text) {
      if (text !== '') repl.system = text === '-' ? undefined : text;
      repl.say(`system: ${repl.system ?? '(as configured)'}`);
    },
  },
  {
    name: 'usage',
    summary: 'show prompts, tokens and cost so far',
    run(repl) {
      const { prompts, answered, inputTokens, outputTokens, estimated, costUsd, unpriced } = repl.used;
      const note = estimated ? ' (estimated)' : '';
      const unknown = unpriced === 0 ? '' : ` and ${unpriced} of unknown price`;
      const sent = prompts === 1 ? '1 prompt' : `${prompts} prompts`;
      repl.say(
        `${sent}, ${answered} answered, ${inputTokens} tokens in, ${outputTokens} out${note}, ${dollarText(costUsd)}${unknown}`,
      );
    },
  },
  breakersCommand,
  explainCommand,
  {
    name: 'dlq',
    summary: 'show the latest dead letters',
    async run(repl) {
      const { store, engine } = repl.host;
      if (store === null) {
        repl.say(`${engine.deadLetters.depth} dead letters, in memory`);
        return;
      }
      const [{ DeadLetterStore }, { letterLine }] = await Promise.all([
        import('../../src/storage/dead-letters.ts'),
        import('../dlq/work.ts'),
      ]);
      const letters = new DeadLetterStore(store.storage);
      const [page, { total }] = await Promise.all([letters.list({ limit: 5 }), letters.count()]);
      repl.say([...page.map(letterLine), `${total} dead letters; \`orchestrator replay\` sends them again`].join('\n'));
    },
  },
  {
    name: 'plugins',
    arguments: '[enable|disable]',
    summary: 'show the plugins; enable or disable one by name',
    choices: ({ host }) =>
      host.engine.plugins.list().map(({ name, enabled }) => `${enabled ? 'disable' : 'enable'} ${name}`),
    run(repl, argument) {
      const { plugins } = repl.host.engine;
      const [action = '', name = ''] = argument.split(/\s+/);
      if (action === 'enable') plugins.enable(name);
      else if (action === 'disable') plugins.disable(name);
      else if (action !== '') throw new OrchestratorError('usage', '/plugins takes enable NAME or disable NAME.');
      const lines = plugins.list().map(pluginLine);
      repl.say(lines.length === 0 ? 'no plugins; see plugins.modules in docs/config.md' : lines.join('\n'));
    },
  },
  {
    name: 'clear',
    summary: 'forget what was said in this conversation',
    run(repl) {
      repl.conversations.clear();
      repl.say(`${repl.conversations.current}: forgotten`);
    },
  },
  {
    name: 'save',
    arguments: '<file>',
    summary: 'write this conversation to a new file, as JSON',
    run(repl, file) {
      if (file === '') throw new OrchestratorError('usage', '/save needs the name of a file.');
      const { current } = repl.conversations;
      const data = {
        session: current,
        model: repl.label,
        system: repl.system,
        messages: repl.conversations.messages(),
      };
      const path = resolve(repl.context.cwd, file);
      try {
        // Never over a file that is there: what it holds may be all that is left of another conversation.
        writeFileSync(path, `${JSON.stringify(data, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
      } catch (thrown) {
        const taken = (thrown as NodeJS.ErrnoException).code === 'EEXIST';
        const why = taken ? 'there is a file of this name already' : messageOf(thrown);
        throw new OrchestratorError('usage', `${path} cannot be written: ${why}.`, { cause: thrown });
      }
      repl.say(`saved to ${path}`);
    },
  },
  { name: 'exit', summary: 'quit', run: () => 'exit' },
];

function pluginLine({ name, enabled, disabled_because: reason, ...counts }: PluginListing): string {
  const calls = Object.values(counts.calls).reduce((sum, count) => sum + count, 0);
  const state = enabled ? 'on' : `off${reason === undefined ? '' : `: ${reason}`}`;
  const { refusals, errors, time_ms: ms } = counts;
  return `${name} (${state}) ${calls} calls, ${refusals} refusals, ${errors} errors, ${ms.toFixed(1)} ms`;
}

/** Runs `/name argument`; returns `exit` to end the conversation. Throws `usage` for a command that is not there. */
export async function runSlash(repl: Repl, line: string): Promise<void | 'exit'> {
  const [, name = '', argument = ''] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  const command = SLASH_COMMANDS.find((each) => each.name === name);
  if (command === undefined) {
    const nearest = nearestWord(
      name,
      SLASH_COMMANDS.map((each) => each.name),
    );
    const meant = nearest === null ? '.' : `; did you mean /${nearest}?`;
    throw new OrchestratorError('usage', `Unknown command /${name}${meant} See /help.`);
  }
  return command.run(repl, argument.trim());
}

/** Lines that the beginning of one can become. */
export function completions(repl: Repl | null, line: string): string[] {
  if (!line.startsWith('/')) return [];
  const words = SLASH_COMMANDS.flatMap(({ name, choices }) => {
    const following = repl === null ? [] : (choices?.(repl) ?? []);
    return line.startsWith(`/${name} `) ? following.map((choice) => `/${name} ${choice}`) : [`/${name}`];
  });
  return words.filter((word) => word.startsWith(line) && word !== line);
}
