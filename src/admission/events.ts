/** A request that the guard has something against; what it says is nobody's business. */
export interface JudgedRequest {
  readonly id: string;
  readonly class: string;
  readonly score: number;
  readonly evidence: readonly string[];
}

/** What admission tells whoever listens. */
export interface AdmissionEvents {
  'admission.blocked': JudgedRequest;
  'admission.flagged': JudgedRequest;
}
