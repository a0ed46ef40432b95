/** Something that the guard is against; what it says is nobody's business. */
export interface JudgedRequest {
  readonly id: string;
  /** Whose words it is about: the user's, or those of a document or a tool. */
  readonly origin: 'user' | 'context' | 'tool';
  readonly class: string;
  readonly score: number;
  readonly evidence: readonly string[];
}

/** What admission tells whoever listens. */
export interface AdmissionEvents {
  'admission.blocked': JudgedRequest;
  'admission.flagged': JudgedRequest;
}
