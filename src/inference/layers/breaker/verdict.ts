import type { ErrorCode } from '../../../core/errors.ts';
import type { Verdict } from './circuit-breaker.ts';

/** What an error says about the provider. Codes that the engine itself ends requests with say nothing. */
const VERDICTS: Readonly<Partial<Record<ErrorCode, Verdict>>> = {
  provider_unavailable: 'failure',
  provider_failed: 'failure',
  provider_overloaded: 'failure',
  provider_timeout: 'failure',
  provider_incomplete: 'failure',
  provider_protocol: 'failure',
  provider_quota_exhausted: 'failure',
  upstream_midstream: 'failure',
  authentication_failed: 'failure',
  dns_failed: 'failure',
  tls_failed: 'failure',
  address_refused: 'failure',
  provider_rate_limited: 'limited',
  // It answered, and was right to: the request is at fault.
  model_unknown: 'ok',
  request_rejected: 'ok',
  context_length_exceeded: 'ok',
};

export const verdictOf = (code: ErrorCode): Verdict => VERDICTS[code] ?? 'nothing';
