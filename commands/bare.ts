import { existsSync } from 'node:fs';
import type { CommandContext, CommandOptions } from './command.ts';
import { startRepl } from './repl.ts';
import { startWizard } from './setup-wizard.ts';
import { loadCommandConfig } from './shared/config-options.ts';

/** Variables that say which provider to use, without any configuration. */
const PROVIDER_VARIABLES = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'LLAMA_CPP_URL', 'VLLM_URL', 'ORCHESTRATOR_CONFIG'];

/**
 * `orchestrator` without a command: at a terminal a conversation with the web API beside it, and the very first time the
 * wizard before them; elsewhere the service.
 */
export async function runBare(context: CommandContext, options: CommandOptions): Promise<number> {
  if (context.stdin.isTTY !== true || context.stdout.isTTY !== true) {
    const { runService } = await import('./run/service.ts');
    return runService(context, options);
  }
  if (await isFirstRun(context, options)) {
    const exitCode = await startWizard(context, {});
    if (exitCode !== 0) return exitCode;
  }
  return startRepl(context, options);
}

/** Nobody has said yet who is to answer: not in a flag, a variable or a file. */
async function isFirstRun(context: CommandContext, options: CommandOptions): Promise<boolean> {
  if (options['worker'] !== undefined || options['config'] !== undefined) return false;
  if (PROVIDER_VARIABLES.some((name) => context.environment[name])) return false;
  const { config, origins, files } = await loadCommandConfig(context, options);
  if (files.some(({ source, path }) => source === 'user' && existsSync(path))) return false;
  const chosen = origins.get('stages.inference.worker')?.kind ?? 'default';
  return chosen === 'default' && Object.keys(config.providers).length === 0;
}
