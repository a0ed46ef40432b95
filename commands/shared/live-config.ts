import { hash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { type ChangeSet, describeChange, liveChanges } from '../../src/config/changes.ts';
import { configFromValues } from '../../src/config/from-values.ts';
import type { LoadedConfig } from '../../src/config/load.ts';
import { mergePatch } from '../../src/config/merge-patch.ts';
import type { Timer } from '../../src/core/clock.ts';
import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import { type ServiceConfig, serviceSections } from '../../src/server/sections.ts';
import type { CommandContext } from '../command.ts';

/** An editor writes a file in several steps; this long after the last one it is read, milliseconds. */
const DEBOUNCE_MS = 100;

export interface LiveConfigOptions {
  /** Reads all sources again. */
  readonly load: () => Promise<LoadedConfig<ServiceConfig>>;
  /** Hands a changed configuration to whoever runs on it; throws when that cannot be. */
  readonly apply: (config: ServiceConfig) => void;
  /** Tells the user, a line at a time. */
  readonly tell: (text: string) => void;
}

/**
 * The configuration of a long-lived command: read again at SIGHUP and when one of its files changes. What can change
 * live is taken over, the rest is named; a configuration that is invalid changes nothing.
 */
export class LiveConfig {
  current: ServiceConfig;
  private readonly context: CommandContext;
  private readonly options: LiveConfigOptions;
  private readonly files: readonly string[];
  private readonly watchers: FSWatcher[] = [];
  private readonly dispose: () => void;
  private seen: string;
  /** Files that were there when they were last read. */
  private found: ReadonlySet<string>;
  private timer: Timer | null = null;
  private reading: Promise<unknown> = Promise.resolve();

  constructor(context: CommandContext, loaded: LoadedConfig<ServiceConfig>, options: LiveConfigOptions) {
    this.context = context;
    this.options = options;
    this.current = loaded.config;
    this.files = loaded.files.map(({ path }) => path);
    this.seen = this.digest();
    this.found = foundOf(loaded.files);
    this.dispose = context.onReload(() => this.reload());
    // The directory, not the file: an editor that replaces the file would leave the watch on the old one.
    for (const directory of new Set(this.files.map((file) => dirname(file)))) this.watch(directory);
  }

  /** Reads everything again, one reading at a time, and tells what came of it. */
  reload(): void {
    void this.readAgain().catch((thrown) =>
      this.options.tell(`the configuration stays as it was: ${messageOf(thrown)}`),
    );
  }

  /** The same for somebody who waits for it: rejects when the configuration stays as it was. */
  readAgain(): Promise<ChangeSet<ServiceConfig>> {
    const read = this.reading.then(() => this.read());
    this.reading = read.catch(() => undefined);
    return read;
  }

  /** Lays values over what runs, until the next reading. Throws `config_invalid`, and then nothing has changed. */
  patch(values: object): ChangeSet<ServiceConfig> {
    return this.take(configFromValues(serviceSections, mergePatch(this.current, values)));
  }

  stop(): void {
    this.dispose();
    this.timer?.cancel();
    for (const watcher of this.watchers) watcher.close();
  }

  private async read(): Promise<ChangeSet<ServiceConfig>> {
    this.seen = this.digest();
    const { config, files } = await this.options.load();
    const gone = files.find(({ path, found }) => !found && this.found.has(path));
    // An editor may be about to put it back; defaults are nobody's choice.
    if (gone !== undefined) throw new OrchestratorError('config_invalid', `${gone.shown} is gone`);
    this.found = foundOf(files);
    return this.take(config);
  }

  private take(config: ServiceConfig): ChangeSet<ServiceConfig> {
    const { apply, tell } = this.options;
    const changes = liveChanges(serviceSections, this.current, config);
    if (changes.applied.length > 0) apply(changes.config);
    this.current = changes.config;
    for (const change of changes.applied) tell(`configuration: ${describeChange(change)}`);
    for (const change of changes.refused) tell(`configuration: ${describeChange(change)} needs a restart`);
    return changes;
  }

  private watch(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => {
        this.timer?.cancel();
        this.timer = this.context.clock.after(DEBOUNCE_MS, () => this.digest() !== this.seen && this.reload(), true);
      });
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch {
      // Not there, or no watches left: SIGHUP still works.
    }
  }

  /** Of what the files hold, so that a touched file is no changed one. */
  private digest(): string {
    return hash('sha256', JSON.stringify(this.files.map(contentOf)));
  }
}

const foundOf = (files: LoadedConfig<ServiceConfig>['files']): ReadonlySet<string> =>
  new Set(files.filter(({ found }) => found).map(({ path }) => path));

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'base64');
  } catch {
    return null;
  }
}
