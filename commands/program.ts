import { CommanderError, InvalidArgumentError, Option, Command as Program } from 'commander';
import { OrchestratorError, toOrchestratorError } from '../src/core/errors.ts';
import { safeText } from '../src/core/safe-text.ts';
import type { Command, CommandContext, CommandOption } from './command.ts';
import { COMMANDS, type CommandEntry } from './index.ts';

/** Runs the program and prints what went wrong; returns the exit code. */
export async function runToExit(argv: readonly string[], context: CommandContext, version: string): Promise<number> {
  try {
    return await runProgram(argv, context, version);
  } catch (thrown) {
    const error = toOrchestratorError(thrown);
    const defect = error.code === 'internal' && error.cause instanceof Error ? `\n${error.cause.stack}` : '';
    const name = await inRed('orchestrator:', context);
    context.stderr.write(`${name} ${safeText(`${error.message}\n${error.definition.hint}${defect}`)}\n`);
    return error.exitCode;
  }
}

/** Coloured on a terminal, unless NO_COLOR asks for none. */
async function inRed(text: string, { stderr, environment }: CommandContext): Promise<string> {
  if (stderr.isTTY !== true || environment['NO_COLOR']) return text;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 }).red(text);
}

/**
 * Turns the commands' data into a commander program and runs it. Only the command that is called is loaded.
 * Usage errors are thrown as `OrchestratorError('usage')`.
 */
async function runProgram(argv: readonly string[], context: CommandContext, version: string): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = new Program('orchestrator')
    .description('LLM inference orchestration: a pipeline with bounded queues, priorities, deadlines and dead letters.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .showHelpAfterError(false)
    .addHelpText(
      'after',
      '\nWithout a command, at a terminal: a conversation and the web API (as `repl`); the first time, the setup wizard' +
        '\nbefore them. Without a terminal: the service (as `run --serve`).' +
        '\n`orchestrator <command> --help` describes one command.',
    );
  wire(program, context);

  const [first] = argv;
  const called = first === undefined || first.startsWith('-') ? undefined : first;
  const names = COMMANDS.map(({ name }) => name);
  // Before anything else, so that `--help` behind it does not explain something else.
  if (called !== undefined && !names.includes(called)) throw await unknownCommand(called, names);
  for (const entry of COMMANDS) {
    if (entry.name !== called) {
      program.addCommand(stub(entry, context));
      continue;
    }
    const command = await entry.load();
    await checkSubcommand(command, argv[1]);
    program.addCommand(build(command, context, finish));
  }
  if (called === undefined) {
    const { replCommand } = await import('./repl.ts');
    for (const option of replCommand.options ?? []) program.addOption(toOption(option));
    program.allowExcessArguments(false).action(async () => {
      const { runBare } = await import('./bare.ts');
      finish(await runBare(context, program.opts()));
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return 0;
    throw new OrchestratorError('usage', thrown.message.replace(/^error: /, '').replace(/\n/g, ' '));
  }
  return exitCode;
}

/** A command that only holds others is called with one of them, or alone. Also before the flags behind it are looked at. */
async function checkSubcommand({ run, subcommands = [] }: Command, given: string | undefined): Promise<void> {
  const names = subcommands.map(({ name }) => name);
  if (run !== undefined || given === undefined || given.startsWith('-') || names.includes(given)) return;
  throw await unknownCommand(given, names);
}

/** Called alone it shows its help. */
function asGroup(group: Program, finish: (code: number) => void): void {
  group.action(() => {
    group.outputHelp({ error: true });
    finish(2);
  });
}

async function unknownCommand(unknown: string, names: readonly string[]): Promise<OrchestratorError> {
  const { nearestWord } = await import('../src/primitives/nearest-word.ts');
  const nearest = nearestWord(unknown, names);
  const meant = nearest === null ? `known are ${names.join(', ')}` : `did you mean '${nearest}'`;
  return new OrchestratorError('usage', `Unknown command '${unknown}'; ${meant}${nearest === null ? '.' : '?'}`);
}

/** A command that is listed and not called; flags before it would go to nobody. */
function stub({ name, summary }: CommandEntry, context: CommandContext): Program {
  return wire(new Program(name), context)
    .description(summary)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw new OrchestratorError('usage', `The command comes first: \`orchestrator ${name} …\`.`);
    });
}

function wire(program: Program, context: CommandContext): Program {
  return program.exitOverride().configureOutput({
    writeOut: (text) => void context.stdout.write(text),
    writeErr: (text) => void context.stderr.write(text),
    // Errors are thrown, and printed in one place.
    outputError: () => undefined,
  });
}

function build(command: Command, context: CommandContext, finish: (code: number) => void): Program {
  const program = wire(new Program(command.name), context)
    .description(`${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`)
    .helpOption('-h, --help', 'show help');
  if (command.arguments !== undefined) program.arguments(command.arguments);
  for (const option of command.options ?? []) program.addOption(toOption(option));
  if (command.examples !== undefined) {
    program.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  ${example}`).join('\n')}`);
  }
  for (const subcommand of command.subcommands ?? []) program.addCommand(build(subcommand, context, finish));
  const { run } = command;
  if (run !== undefined) {
    program.action(async () => finish(await run(context, program.args, program.opts())));
  } else {
    asGroup(program, finish);
  }
  return program;
}

function toOption({ flags, description, choices, repeatable, parse }: CommandOption): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices([...choices]);
  if (repeatable === true || parse !== undefined) {
    option.argParser((text: string, earlier: unknown) => {
      const value = parse === undefined ? text : parsed(parse, text);
      return repeatable === true ? [...((earlier as unknown[] | undefined) ?? []), value] : value;
    });
  }
  return option;
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof OrchestratorError) throw new InvalidArgumentError(thrown.message);
    throw thrown;
  }
}
