import type { Command } from './command.ts';

/** A subcommand as the main help lists it; its definition is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every subcommand, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'answer a prompt, piped text or an NDJSON batch; or be the service',
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'repl',
    summary: 'talk to a model, prompt by prompt',
    load: async () => (await import('./repl.ts')).replCommand,
  },
  {
    name: 'tui',
    summary: 'watch the engine live, in the terminal',
    load: async () => (await import('./tui.ts')).tuiCommand,
  },
  {
    name: 'replay',
    summary: 'send dead letters again, from a file, a pipe or the local store',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'mcp',
    summary: 'serve the engine to an MCP client over standard input and output',
    load: async () => (await import('./mcp.ts')).mcpCommand,
  },
  {
    name: 'dlq',
    summary: 'list, export, replay or purge dead letters',
    load: async () => (await import('./dlq.ts')).dlqCommand,
  },
  {
    name: 'status',
    summary: 'show how a running server is',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'breaker',
    summary: "list, reset or trip a running server's circuit breakers",
    load: async () => (await import('./breaker.ts')).breakerCommand,
  },
  {
    name: 'cache',
    summary: "show or empty a running server's cache",
    load: async () => (await import('./cache.ts')).cacheCommand,
  },
  {
    name: 'explain',
    summary: "show the story of a running server's request",
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'guard',
    summary: 'try the prompt guard on texts of your own',
    load: async () => (await import('./guard.ts')).guardCommand,
  },
  {
    name: 'dedup',
    summary: 'see which prompts of your own count as near-duplicates',
    load: async () => (await import('./dedup.ts')).dedupCommand,
  },
  {
    name: 'cost',
    summary: 'price a model and a usage, or sum up what was spent',
    load: async () => (await import('./cost.ts')).costCommand,
  },
  {
    name: 'setup-wizard',
    summary: 'choose a provider, try it and write the configuration',
    load: async () => (await import('./setup-wizard.ts')).setupWizardCommand,
  },
  {
    name: 'bench',
    summary: 'measure the engine on this machine',
    load: async () => (await import('./bench.ts')).benchCommand,
  },
  {
    name: 'config',
    summary: 'check, show and describe the configuration',
    load: async () => (await import('./config.ts')).configCommand,
  },
  {
    name: 'version',
    summary: 'print the version',
    load: async () => (await import('./version.ts')).versionCommand,
  },
];
