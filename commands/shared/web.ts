import type { Environment } from '../../src/core/environment.ts';
import { refuseOneself } from '../../src/server/oneself.ts';
import { type RunningServer, startServer } from '../../src/server/server.ts';
import { createLogger, type Logger } from '../../src/telemetry/logger.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { configControl } from './config-control.ts';
import type { Host } from './host.ts';
import type { LiveConfig } from './live-config.ts';
import { packageVersion } from './package-version.ts';
import { lineWriter } from './streams.ts';

export interface WebParts {
  readonly context: CommandContext;
  /** With the stored keys. */
  readonly environment: Environment;
  readonly host: Host;
  readonly live: LiveConfig;
  readonly logger: Logger;
}

/** Starts the web API beside the face of a command. Throws as `startServer` does, and when a provider would be itself. */
export async function hostWeb(parts: WebParts, options: CommandOptions): Promise<RunningServer> {
  const { context, environment, host, live, logger } = parts;
  refuseOneself(live.current, environment, live.current.server);
  return startServer({
    engine: host.engine,
    config: live.current,
    store: host.store,
    clock: context.clock,
    ids: host.ids,
    random: context.random,
    environment,
    version: packageVersion(),
    logger,
    control: configControl(live),
    insecure: options['insecure'] === true,
  });
}

/** The log of a command, on stderr: for people at a terminal, for machines elsewhere, unless the configuration says. */
export function commandLogger(
  { stderr }: CommandContext,
  { log_format, log_level }: { readonly log_format?: 'pretty' | 'json' | undefined; readonly log_level: string },
  write: (line: string) => void = lineWriter(stderr),
): Logger {
  return createLogger({ format: log_format ?? (stderr.isTTY === true ? 'pretty' : 'json'), level: log_level, write });
}
