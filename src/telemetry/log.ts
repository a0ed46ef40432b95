export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

const KEPT = 200;

/** The latest noteworthy events, for whoever looks at the snapshot. */
export class RecentLog {
  /** Entries ever added. */
  stamp = 0;
  private entries: readonly LogEntry[] = [];

  add(entry: LogEntry): void {
    this.stamp++;
    this.entries = [...this.entries.slice(1 - KEPT), entry];
  }

  list(): readonly LogEntry[] {
    return this.entries;
  }
}
