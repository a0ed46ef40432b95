import type { ConfigOf } from '../core/config-section.ts';
import type { cacheSection, deduplicationSection, semanticDedupSection } from './config.ts';
import type { NearDuplicatesOptions } from './near/near-duplicates.ts';
import type { ResponseCacheOptions } from './response-cache.ts';

export interface ReuseSettings {
  /** Identical requests at the same time share one call. */
  readonly shareCalls: boolean;
  readonly store: Required<ResponseCacheOptions>;
  /** Null when only equal requests are the same. */
  readonly near: NearDuplicatesOptions | null;
}

export type ReuseConfig = ConfigOf<
  readonly [typeof deduplicationSection, typeof semanticDedupSection, typeof cacheSection]
>;

const SECOND_MS = 1000;
/** Of the cache alone. */
const DEFAULT_ENTRIES = 1024;
const DEFAULT_TTL_S = 300;

/**
 * The one store that `deduplication` and `cache` describe together; where neither is on, near-duplicates have one that
 * keeps what they are compared with. Null when nothing is reused.
 */
export function reuseSettings({ deduplication, semantic_dedup, cache }: ReuseConfig): ReuseSettings | null {
  if (!deduplication.enabled && !cache.enabled && !semantic_dedup.enabled) return null;
  const basis = deduplication.enabled
    ? { entries: deduplication.max_entries, seconds: deduplication.window_s }
    : cache.enabled
      ? { entries: DEFAULT_ENTRIES, seconds: DEFAULT_TTL_S }
      : { entries: semantic_dedup.max_entries, seconds: semantic_dedup.window_secs };
  return {
    shareCalls: deduplication.enabled,
    store: {
      maxEntries: cache.max_entries ?? basis.entries,
      ttlMs: (cache.default_ttl_s ?? basis.seconds) * SECOND_MS,
      maxKeyLength: cache.max_prompt_len,
    },
    near: semantic_dedup.enabled
      ? {
          similarityThreshold: semantic_dedup.similarity_threshold,
          windowMs: semantic_dedup.window_secs * SECOND_MS,
          maxEntries: semantic_dedup.max_entries,
        }
      : null,
  };
}
