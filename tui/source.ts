import type { DeadLetterRecord } from '../src/core/dead-letter-record.ts';
import type { Story } from '../src/inference/story.ts';
import type { RequestsPicture } from '../src/telemetry/recent-requests.ts';
import type { Snapshot } from '../src/telemetry/snapshot.ts';

/** What is looked at beside the snapshot. */
export type Topic = 'requests' | 'letters';

/** A dead letter, with the number it is known by where it is kept. */
export interface Letter extends DeadLetterRecord {
  readonly id: number;
}

export interface LettersPicture {
  /** All that are kept; the list holds the newest of them. */
  readonly total: number;
  /** Newest first. */
  readonly letters: readonly Letter[];
}

/** Beside the snapshot, and only of what is looked at: null until it is there. */
export interface Details {
  readonly requests: RequestsPicture | null;
  readonly letters: LettersPicture | null;
  /** Of the request that is looked at closely; null where there is none, or it left none. */
  readonly story: Story | null;
}

export const NO_DETAILS: Details = { requests: null, letters: null, story: null };

/** Whether pictures still come; an engine in this process is never lost. */
export type Link =
  | { readonly state: 'live' }
  /** Since when (milliseconds since the epoch), and why, in words. */
  | { readonly state: 'lost'; readonly since: number; readonly why: string };

export const LIVE: Link = { state: 'live' };

/** Something that changes the engine: resolves with what came of it, in words; rejects with why it could not be done. */
export type Deed = () => Promise<string>;

/** Where the pictures come from: the engine in this process, or one elsewhere. Everything on screen is read from here. */
export interface Source {
  /** Where it is, for the header: `embedded`, or an address. */
  readonly label: string;
  /** The same object until something changed; shaped for `useSyncExternalStore`, as are the two below. */
  snapshot(): Snapshot;
  details(): Details;
  link(): Link;
  subscribe(listener: () => void): () => void;
  /** From now on the details of this topic are kept up to date, and of no other; with the story of one request. */
  watch(topic: Topic | null, request?: string | null): void;
  /** Starts counting anew; null where that is not for a dashboard to do, and then `resetOff` says why. */
  readonly reset: Deed | null;
  readonly resetOff?: string;
  /** Sends dead letters again; all of them without a list. */
  replay(letters: readonly Letter[] | null): Promise<string>;
  /** Removes dead letters for good; all of them without a list. */
  purge(letters: readonly Letter[] | null): Promise<string>;
  /** Opens or closes the breaker of a provider. */
  breaker(provider: string, deed: 'trip' | 'reset'): Promise<string>;
}
