/** Something that the guard is against; what it says is nobody's business. */
export interface JudgedRequest {
  readonly id: string;
  /** Whose words it is about: the user's, or those of a document or a tool. */
  readonly origin: 'user' | 'context' | 'tool';
  readonly class: string;
  readonly score: number;
  readonly evidence: readonly string[];
}

/** A request that was refused because of a limit. */
export interface LimitedRequest {
  readonly id: string;
  /** The key of the configuration that sets it. */
  readonly limit: string;
  /** When it may be let in; null when waiting alone doesn't help. */
  readonly retry_after_ms: number | null;
}

/** What an attempt has cost. */
export interface BookedSpend {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  /** US dollars; null when the price is not known. */
  readonly cost_usd: number | null;
}

/** What admission tells whoever listens. */
export interface AdmissionEvents {
  'admission.limited': LimitedRequest;
  'spend.booked': BookedSpend;
  /** A model was asked whose price nobody knows: what it costs is not in the sums, and no limit sees it. Once a model. */
  'spend.unpriced': { readonly provider: string; readonly model: string };
  'admission.blocked': JudgedRequest;
  'admission.flagged': JudgedRequest;
}
