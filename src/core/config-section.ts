import type { z } from 'zod';

/**
 * One section of the configuration, owned by the room that uses it. The schema carries defaults and descriptions;
 * validation, JSON Schema, the reference page and the commented `pipeline.toml` are made from the list of sections.
 * A key without a default carries an example: `.meta({ examples: [0.7] })`.
 */
export interface ConfigSection {
  /** Dotted path of the table, such as `stages.inference`. */
  readonly path: string;
  /** What the table is for, in one sentence. */
  readonly summary: string;
  /** A strict object, or a record of named ones; accepts `{}`. */
  readonly schema: z.ZodType;
  /** What stands in for a table that is not there at all; `{}` unless given. */
  readonly absent?: Readonly<Record<string, unknown>>;
  /** Older names: dotted path of the old key or table → dotted path it now has. The first one given wins. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Keys that a running engine takes over; every other one needs a restart. */
  readonly live?: 'all' | readonly string[];
  /** Keys that list files of code to run: their paths are relative to the file that sets them. */
  readonly programs?: readonly string[];
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

type Nest<Path extends string, Value> = Path extends `${infer Head}.${infer Rest}`
  ? { readonly [Key in Head]: Nest<Rest, Value> }
  : { readonly [Key in Path]: Value };

type Intersect<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

type Deep<Value> = Value extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Deep<Value[Key]> }
    : Value;

/** The configuration that a list of sections describes: every section's output under its path, read-only. */
export type ConfigOf<Sections extends readonly ConfigSection[]> = Deep<
  Intersect<{ [Index in keyof Sections]: Nest<Sections[Index]['path'], z.output<Sections[Index]['schema']>> }[number]>
>;
