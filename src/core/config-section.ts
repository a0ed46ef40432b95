import type { z } from 'zod';

/**
 * One section of the configuration, owned by the room that uses it. The schema carries defaults and descriptions;
 * validation, JSON Schema, the reference page and the commented `pipeline.toml` are made from the list of sections.
 */
export interface ConfigSection {
  /** Dotted path of the table, such as `stages.inference`. */
  readonly path: string;
  /** What the table is for, in one sentence. */
  readonly summary: string;
  readonly schema: z.ZodType;
  /** Older names: dotted path of the old key → dotted path it now has. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Rules between keys of different sections are checked on the whole configuration; they return one message a fault. */
  readonly check?: (config: Readonly<Record<string, unknown>>) => readonly ConfigFault[];
}

/** One thing that is wrong with a configuration. */
export interface ConfigFault {
  /** Dotted path of the key. */
  readonly path: string;
  /** The rule that the value breaks, such as `must be <= resilience.retry_max_ms`. */
  readonly rule: string;
}
