import type { PoolPicture } from '../../../src/inference/pool/pool.ts';
import type { LogEntry } from '../../../src/telemetry/log.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

/** Something that the engine has changed by itself. */
export interface AutomaticChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
  /** Whether it still holds, and if not, whether things are as they were before it. */
  readonly fate: 'kept' | 'rolled back' | 'changed';
}

export interface ControlModel {
  readonly workers: number;
  readonly busy: number;
  readonly waiting: number;
  /** What adjusts the number of workers; null where it is fixed. */
  readonly pool: PoolPicture | null;
  /** Newest first. */
  readonly changes: readonly AutomaticChange[];
}

export function controlModel({ stages, log, pool }: Snapshot): ControlModel {
  const { limit, busy, depth } = stages.inference;
  return { workers: limit, busy, waiting: depth, pool: pool ?? null, changes: changesOf(log, pool) };
}

type Step = Omit<AutomaticChange, 'fate'>;

function changesOf(log: readonly LogEntry[], pool: PoolPicture | undefined): readonly AutomaticChange[] {
  const resized = (pool?.recent ?? []).map(({ at, from, to, reason }): Step => {
    return { at, what: 'workers', before: String(from), after: String(to), reason };
  });
  const steps = [...log.map(stepOf).filter((step) => step !== null), ...resized].toSorted((a, b) => a.at - b.at);
  // What a thing was before is what it was made the time before; the first time it was as it usually is.
  const states = new Map<string, string>();
  const changes = steps.map((step) => {
    const before = states.get(step.what) ?? step.before;
    states.set(step.what, step.after);
    return { ...step, before };
  });
  return changes.map((change, at) => ({ ...change, fate: fateOf(change, changes.slice(at + 1)) })).reverse();
}

/** What the log tells of; null for everything else in it. */
function stepOf({ at, event, fields }: LogEntry): Step | null {
  const { provider = '', plugin = '', reason = '' } = fields;
  const breaker = { at, what: `breaker of ${provider}`, before: 'closed' };
  switch (event) {
    case 'breaker opened':
      return { ...breaker, after: 'open', reason: String(reason) };
    case 'breaker half-open':
      return { ...breaker, before: 'open', after: 'half-open', reason: 'its time was up: probes are let through' };
    case 'breaker closed':
      return { ...breaker, before: 'half-open', after: 'closed', reason: String(reason) || 'its probes were answered' };
    case 'plugin disabled':
      return { at, what: `plugin ${plugin}`, before: 'on', after: 'off', reason: String(reason) };
    default:
      return null;
  }
}

function fateOf({ what, before }: AutomaticChange | Step, later: readonly Step[]): AutomaticChange['fate'] {
  const next = later.filter((step) => step.what === what);
  if (next.length === 0) return 'kept';
  return next.at(-1)!.after === before ? 'rolled back' : 'changed';
}
