import type { ErrorCode } from '../core/errors.ts';
import { Histogram } from '../primitives/histogram.ts';

/** What is known of one provider from its own calls: the numbers that routing and the dashboard read. */
export class ProviderRecord {
  calls = 0;
  ok = 0;
  inFlight = 0;
  readonly errors = new Map<ErrorCode, number>();
  /** Milliseconds of calls that waited, and of sampled ones that did not. */
  readonly latency = new Histogram();

  failed(code: ErrorCode): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  /** The record as the snapshot shows it; times in milliseconds. */
  read(kind: string, model: string): ProviderPicture {
    return {
      kind,
      model,
      calls: this.calls,
      ok: this.ok,
      errors: Object.fromEntries(this.errors),
      p50_ms: this.latency.quantile(0.5),
      p95_ms: this.latency.quantile(0.95),
      in_flight: this.inFlight,
    };
  }
}

export interface ProviderPicture {
  readonly kind: string;
  readonly model: string;
  readonly calls: number;
  readonly ok: number;
  /** By error code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly in_flight: number;
}
