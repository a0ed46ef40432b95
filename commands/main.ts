import { systemClock } from '../src/core/clock.ts';
import { systemEnvironment } from '../src/core/environment.ts';
import { type OrchestratorError, toOrchestratorError } from '../src/core/errors.ts';
import { systemRandom } from '../src/core/random.ts';
import { safeText } from '../src/core/safe-text.ts';
import type { CommandContext } from './command.ts';
import { runProgram } from './program.ts';
import { packageVersion } from './shared/package-version.ts';

const BROKEN_PIPE = 141;

const context: CommandContext = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: systemEnvironment(),
  cwd: process.cwd(),
  clock: systemClock,
  random: systemRandom,
  onSignal(listener) {
    process.on('SIGINT', listener);
    process.on('SIGTERM', listener);
    return () => {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    };
  },
};

// A reader that went away is no error of ours: `| head` ends the program quietly.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(BROKEN_PIPE);
    process.exit(1);
  });
}

try {
  process.exitCode = await runProgram(process.argv.slice(2), context, packageVersion());
} catch (thrown) {
  const error = toOrchestratorError(thrown);
  const stack = error.code === 'internal' && error.cause instanceof Error ? `\n${error.cause.stack}` : '';
  process.stderr.write(safeText(`orchestrator: ${error.message}\n${hintOf(error)}${stack}`));
  process.exitCode = error.exitCode;
}

function hintOf(error: OrchestratorError): string {
  return error.message.includes(error.definition.hint) ? '' : `${error.definition.hint}\n`;
}
