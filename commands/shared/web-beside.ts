import type { Environment } from '../../src/core/environment.ts';
import { toOrchestratorError } from '../../src/core/errors.ts';
import type { RunningServer } from '../../src/server/server.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import type { Host } from './host.ts';
import type { LiveConfig } from './live-config.ts';
import { hostWeb } from './web.ts';

export interface WebBeside {
  readonly context: CommandContext;
  readonly environment: Environment;
  readonly host: Host;
  readonly live: LiveConfig;
  readonly options: CommandOptions;
  /** Tells the user, a line at a time. */
  readonly tell: (text: string) => void;
}

/** Without a key somebody on the network could use what this person pays for: that is no reason to go on without. */
const FATAL: ReadonlySet<string> = new Set(['server.host']);

/**
 * The web API beside a face of its own, which has the terminal: it logs nothing there. A taken port is no reason not to
 * talk: it is said, and there is no web API then.
 */
export async function webBeside({ tell, options, ...parts }: WebBeside): Promise<RunningServer | null> {
  const logger = createLogger({ format: 'json', level: 'silent', write: () => undefined });
  try {
    const web = await hostWeb({ ...parts, logger }, options);
    if (parts.context.stdin.isTTY === true) tell(`The web API is at ${web.url}`);
    return web;
  } catch (thrown) {
    const error = toOrchestratorError(thrown);
    if (error.code !== 'listen_failed' && (error.code !== 'config_invalid' || FATAL.has(error.param ?? '')))
      throw error;
    tell(`orchestrator: no web API: ${error.message}`);
    return null;
  }
}
