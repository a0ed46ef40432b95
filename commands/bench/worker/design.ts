import type { Engine } from '../../../src/engine.ts';
import type { Receiver } from './receiver.ts';
import type { DesignName } from './task.ts';
import type { Work } from './work.ts';

/** One way to send requests through five stages. */
export interface Design {
  /** Sends so many requests, at most `clients` of them open at a time; resolves once the receiver has every answer. */
  run(requests: number, clients: number): Promise<void>;
  /** The engine that does it, where there is one. */
  readonly engine?: Pick<Engine, 'snapshot'>;
}

/** Makes a design that hands its answers to `receiver`. */
export type DesignFactory = (work: Work, receiver: Receiver) => Design;

/** Loads one design, and with it only the packages that this one needs. */
export const DESIGNS: Readonly<Record<DesignName, () => Promise<DesignFactory>>> = {
  floor: async () => (await import('./designs/floor.ts')).floor,
  'lean-floor': async () => (await import('./designs/lean-floor.ts')).leanFloor,
  'engine-callback': async () => (await import('./designs/engine-callback.ts')).engineCallback,
  'engine-promise': async () => (await import('./designs/engine-promise.ts')).enginePromise,
  'node-streams': async () => (await import('./designs/node-streams.ts')).nodeStreams,
  fastq: async () => (await import('./designs/fastq.ts')).fastqChain,
  'async-queue': async () => (await import('./designs/async-queue.ts')).asyncQueueChain,
};
