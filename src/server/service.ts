import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Engine } from '../engine.ts';
import type { Access } from './access.ts';
import type { ConfigControl } from './config-control.ts';
import type { Letters } from './letters.ts';
import type { McpSessions } from './mcp/mcp-sessions.ts';
import type { OpenStreams } from './streams/open-streams.ts';
import type { Submissions } from './submissions.ts';

/** What the routes work with: the running engine, and what the server itself keeps. */
export interface Service {
  readonly engine: Engine;
  /** Of this package. */
  readonly version: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly access: Access;
  readonly submissions: Submissions;
  readonly deadLetters: Letters;
  readonly streams: OpenStreams;
  readonly mcp: McpSessions;
  readonly config: ConfigControl;
  /** Model names that stand for others. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The latest snapshot as JSON: one text for all who look at the same picture. */
  snapshotJson(): string;
  /** The metrics as Prometheus reads them. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Told to stop: what is in flight may end, nothing new begins. */
  readonly draining: boolean;
}
