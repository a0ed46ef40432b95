import { systemClock } from '../src/core/clock.ts';
import { systemEnvironment } from '../src/core/environment.ts';
import { systemRandom } from '../src/core/random.ts';
import type { CommandContext } from './command.ts';
import { runToExit } from './program.ts';
import { packageVersion } from './shared/package-version.ts';
import { write } from './shared/streams.ts';

const BROKEN_PIPE = 141;

const context: CommandContext = {
  // A mere look at it opens it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  environment: systemEnvironment(),
  cwd: workingDirectory(),
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
  onReload(listener) {
    process.on('SIGHUP', listener);
    return () => process.off('SIGHUP', listener);
  },
};

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write('orchestrator: the working directory is not there any more; go to one that is.\n');
    process.exit(1);
  }
}

// A reader that went away is no error of ours: `| head` ends the program quietly.
for (const [name, stream] of Object.entries({ output: process.stdout, error: process.stderr })) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(BROKEN_PIPE);
    // The terminal is gone. A command that hears of it as SIGHUP puts its work away first; its input has ended, too.
    if (error.code === 'EIO' && process.listenerCount('SIGHUP') > 0) return;
    // What was to be said is lost; that it is must not be.
    if (name === 'output') {
      const hint = process.argv[2] === 'run' ? ' A batch goes on with --resume.' : '';
      process.stderr.write(`orchestrator: standard output cannot be written: ${error.message}.${hint}\n`);
    }
    process.exit(1);
  });
}

// Every command ends by `process.exit` below. Who comes here waits for what no timer, socket or child can bring about.
process.once('beforeExit', () => {
  process.stderr.write(
    'orchestrator: nothing is left that could end this command; does a hook of a plugin never settle?\n',
  );
  process.exit(1);
});

const exitCode = await runToExit(process.argv.slice(2), context, packageVersion());
// An open pipe on stdin must not keep a finished command alive; what is written must leave first.
await Promise.all([process.stdout, process.stderr].map((stream) => write(stream, '')));
process.exit(exitCode);
