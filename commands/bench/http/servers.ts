import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { OrchestratorError } from '../../../src/core/errors.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';
import { V8_FLAGS } from '../../shared/v8-flags.ts';
import type { Usage } from '../worker/http/usage.ts';

/** What a request costs without the features that are on by default: as in the core scenario. */
const PLAIN = `
[guard]
enabled = false
[deduplication]
enabled = false
[resilience]
retry_attempts = 1
circuit_breaker_threshold = 0
`;

/** Milliseconds that a server may take to listen. */
const START_MS = 60_000;

/** A server that is measured, in a process of its own. */
export class BenchServer {
  readonly url: string;
  private readonly child: ChildProcess;

  constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.child = child;
  }

  /** What its process has used since it was started. */
  usage(): Promise<Usage> {
    return new Promise((resolve, reject) => {
      this.child.once('message', (usage) => resolve(usage as Usage));
      this.child.send('usage', (error) => error !== null && reject(error));
    });
  }

  /** How its engine looks: only ours has one to show. */
  async snapshot(): Promise<Snapshot> {
    return (await fetch(`${this.url}/v1/snapshot`)).json() as Promise<Snapshot>;
  }
}

/** Starts the servers of one run, and stops them all. */
export class BenchServers implements Disposable {
  private readonly directory = mkdtempSync(join(tmpdir(), 'orchestrator-bench-'));
  private readonly children: ChildProcess[] = [];

  /** One of the bare servers: a script beside the measuring process. */
  bare(name: 'bare-json' | 'bare-proxy' | 'upstream', upstream = ''): Promise<BenchServer> {
    return this.start(own(`../worker/http/${name}`), [], { BENCH_UPSTREAM: upstream });
  }

  /** The service as `orchestrator run --serve` starts it; without an upstream it echoes. */
  ours(name: string, { upstream, plain }: { readonly upstream?: string; readonly plain: boolean }) {
    const home = join(this.directory, name);
    const provider =
      upstream === undefined
        ? ''
        : `[providers.open_ai]\nkind = "open_ai"\nbase_url = "${upstream}/v1"\n[stages.inference]\nworker = "open_ai"\n`;
    const file = join(this.directory, `${name}.toml`);
    writeFileSync(file, `${plain ? PLAIN : ''}${provider}`);
    return this.start(own('../../main'), ['run', '--serve', '--port', '0', '--config', file], {
      XDG_DATA_HOME: home,
      XDG_STATE_HOME: home,
      XDG_CONFIG_HOME: home,
    });
  }

  /** The other gateway; null when it is not installed. */
  async portkey(): Promise<BenchServer | null> {
    const found = packageDirectory('@portkey-ai/gateway');
    if (found === null) return null;
    // It does not tell which port it took, so it is given one that was free a moment ago.
    const port = await freePort();
    const child = this.fork(join(found, 'build/start-server.js'), [`--port=${port}`, '--headless'], {
      TRUSTED_CUSTOM_HOSTS: '127.0.0.1',
    });
    child.stdout?.resume();
    child.stderr?.resume();
    const url = `http://127.0.0.1:${port}`;
    const end = performance.now() + START_MS;
    while (!(await answers(url))) {
      if (performance.now() > end || child.exitCode !== null) throw failed('@portkey-ai/gateway', 'it does not listen');
    }
    return new BenchServer(url, child);
  }

  [Symbol.dispose](): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  private start(script: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<BenchServer> {
    const child = this.fork(script, args, environment);
    child.stdout?.resume();
    return new Promise((resolve, reject) => {
      let said = '';
      createInterface({ input: child.stderr! }).on('line', (line) => {
        const url = /"url":"([^"]+)"/.exec(line)?.[1];
        if (url !== undefined) resolve(new BenchServer(url, child));
        else said = `${said}${line}\n`.slice(-2000);
      });
      child.once('exit', () => reject(failed(script, said)));
    });
  }

  private fork(script: string, args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
    const child = fork(script, args, {
      cwd: this.directory,
      env: { PATH: process.env['PATH'], HOME: this.directory, NODE_ENV: 'production', ...environment },
      // What helps ours may help the others.
      execArgv: ['--no-warnings', ...V8_FLAGS, '--import', own('../worker/http/usage')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.children.push(child);
    return child;
  }
}

/** A file of the program, in the sources or where they were compiled to. */
function own(path: string): string {
  return fileURLToPath(new URL(`${path}${extname(import.meta.url)}`, import.meta.url));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function packageDirectory(name: string): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).text();
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return false;
  }
}

const failed = (what: string, why: string): OrchestratorError =>
  new OrchestratorError('internal', `measuring ${what} failed: ${why}`);
