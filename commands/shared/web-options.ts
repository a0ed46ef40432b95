import type { FlagLayer } from '../../src/config/flag-source.ts';
import type { Environment } from '../../src/core/environment.ts';
import type { CommandOption, CommandOptions } from '../command.ts';
import { countOf } from './values.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The flags of every command that hosts the web API. */
export const webOptions: readonly CommandOption[] = [
  {
    flags: '--port <n>',
    description: 'port of the web API; default 8080, 0 takes a free one',
    parse: countOf('--port', 0, 65_535),
  },
  { flags: '--host <address>', description: 'address that the web API listens on; default 127.0.0.1' },
  { flags: '--no-web', description: 'no web API' },
  {
    flags: '--log-level <level>',
    description: 'least important log lines that the service shows; elsewhere nothing is logged',
    choices: LEVELS,
  },
  { flags: '--insecure', description: 'let others reach the web API without a key' },
];

/** What those flags, and the variables that stand for them, say of the configuration. */
export function webFlags(options: CommandOptions, environment: Environment): FlagLayer {
  return {
    'server.port': options['port'],
    'server.host': options['host'],
    'observability.log_level': options['logLevel'] ?? levelOf(environment['LOG_LEVEL'] ?? environment['RUST_LOG']),
    'observability.log_format': formatOf(environment['RUST_LOG_FORMAT']),
  };
}

/** `info`, or `info,hyper=warn` as Rust programs write it: the part that is for everything. */
function levelOf(text: string | undefined): string | undefined {
  const parts = (text ?? '').toLowerCase().split(',');
  const level = parts.find((part) => !part.includes('='))?.trim();
  return LEVELS.find((known) => known === (level === 'off' ? 'silent' : level));
}

const formatOf = (text: string | undefined): string | undefined =>
  ['json', 'pretty'].find((known) => known === text?.toLowerCase());
