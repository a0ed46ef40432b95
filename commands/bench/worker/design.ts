import type { Receiver, Work } from './work.ts';

/** One way to send requests through five stages. */
export interface Design {
  /**
   * Sends `requests` requests, at most `clients` of them open at a time, and resolves once `receiver` has every answer.
   */
  run(requests: number, clients: number, receiver: Receiver): Promise<void>;
}

/** Makes a design ready to run; null when a package it needs is not installed. */
export type DesignFactory = (work: Work) => Promise<Design | null>;
