import type { Features } from './engine.ts';
import type { Work } from './work.ts';

/** The ways to send requests through five stages that are compared. */
export type DesignName =
  | 'floor'
  | 'lean-floor'
  | 'engine-callback'
  | 'engine-promise'
  | 'node-streams'
  | 'fastq'
  | 'async-queue';

/** One thing to measure in a process of its own. */
export type Task =
  /** Nanoseconds a request; the fastest of `batches` batches, since whatever disturbs a batch makes it slower. */
  | {
      readonly kind: 'throughput';
      readonly design: DesignName;
      readonly work: Work;
      readonly clients: number;
      readonly requests: number;
      readonly batches: number;
    }
  /** Nanoseconds of one `performance.now()`. */
  | { readonly kind: 'clock'; readonly reads: number; readonly batches: number }
  /** Total time of so many requests, for each of the sizes. */
  | { readonly kind: 'growth'; readonly sizes: readonly number[] }
  /** Heap that is still in use after so many requests. */
  | { readonly kind: 'kept'; readonly requests: number }
  /** Heap of requests that wait: at the entry, where requests wait, or in front of a stage that got all the room. */
  | {
      readonly kind: 'queued';
      readonly requests: number;
      readonly promptBytes: number;
      readonly roomAt: 'rag' | 'inference';
    }
  /** What the prompt guard costs, for texts of these sizes in bytes. */
  | { readonly kind: 'guard'; readonly sizes: readonly number[]; readonly rounds: number }
  /** Time from submit to answer of single requests. */
  | { readonly kind: 'latency'; readonly requests: number }
  /** Nanoseconds a request with 217 bytes of prompt, no two of them equal, with these features. */
  | { readonly kind: 'features'; readonly features: Features; readonly requests: number; readonly batches: number }
  /** Calls that so many identical requests at once come to. */
  | { readonly kind: 'herd'; readonly requests: number }
  /** Nanoseconds of fingerprints, and of looking one up among `entries`. */
  | { readonly kind: 'fingerprints'; readonly entries: number; readonly quick: boolean };

/** What the process found, by kind of task. */
export interface Results {
  readonly throughput: { readonly ns: number } | { readonly missing: string };
  readonly clock: { readonly ns: number };
  readonly growth: { readonly totalMs: readonly number[] };
  readonly kept: { readonly bytes: number };
  readonly queued: { readonly heapBytes: number; readonly payloadBytes: number };
  readonly features: { readonly ns: number };
  readonly herd: { readonly calls: number; readonly answered: number; readonly ms: number };
  readonly fingerprints: {
    readonly simHashNs: number;
    readonly bigIntNs: number;
    readonly bandsNs: number;
    readonly linearNs: number;
  };
  readonly guard: { readonly literalUs: number; readonly wholeUs: readonly number[]; readonly worstUs: number };
  readonly latency: { readonly p50Ns: number; readonly p99Ns: number; readonly timerNs: number };
}
