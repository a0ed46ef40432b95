import type { AnswerSource } from '../core/outcome.ts';

/** Matches that the rolling average goes over. */
const AVERAGED = 100;

/** What the reuse of answers has come to since the start. */
export interface ReusePicture {
  /** Answers from the store. */
  readonly exact_hits: number;
  /** Requests that joined a call in flight. */
  readonly in_flight_joins: number;
  /** Requests that needed a call. */
  readonly misses: number;
  /** Answers in the store, and how many it holds. */
  readonly entries: number;
  readonly capacity: number;
  /** Answers that left it for want of room. */
  readonly evictions: number;
  /** Shared calls in flight, and the requests that wait for one which is not theirs. */
  readonly calls_in_flight: number;
  readonly followers: number;
  /** Calls that were not made, and the tokens, in and out, that they would have cost. */
  readonly avoided_calls: number;
  readonly avoided_tokens: number;
  /** Near-duplicates that got an answer, prompts that had none near enough; the names are the document's. */
  readonly dedup_semantic_hits_total: number;
  readonly dedup_semantic_miss_total: number;
  /** Rolling average of the Hamming distance of matched pairs, over a hundred or so. */
  readonly avg_similarity_score: number;
}

/** Counts; it outlives a change of the configuration, as the store does not. */
export class ReuseRecord {
  exactHits = 0;
  joins = 0;
  nearHits = 0;
  nearMisses = 0;
  misses = 0;
  followers = 0;
  avoidedTokens = 0;
  /** Of stores that were given up. */
  evictions = 0;
  /** Followers that came to lead: the call counts as theirs. */
  handOvers = 0;
  private matches = 0;
  distance = 0;
  /** Changes with every count: part of the snapshot's stamp. */
  changes = 0;

  /** A request got an answer that was there, or joins a call for one. */
  reused(source: AnswerSource): void {
    this.changes++;
    if (source === 'cache') this.exactHits++;
    else if (source === 'coalesced') this.joins++;
    else this.nearHits++;
  }

  /** A near-duplicate was found so far away. */
  matched(distance: number): void {
    this.matches++;
    this.distance += (distance - this.distance) / Math.min(this.matches, AVERAGED);
  }

  get avoidedCalls(): number {
    return this.exactHits + this.joins + this.nearHits - this.handOvers;
  }
}
