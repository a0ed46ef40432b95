/** A way to talk to models that callers and providers share. */
export type DialectName = 'openai' | 'anthropic';

/** Fields as they came; nothing in them is sure to be there. */
export type NativeFields = Readonly<Record<string, unknown>>;

/**
 * What a request says in its caller's dialect and nowhere else. A provider of that dialect gets it as it came; any other
 * refuses what it has no word for, by name.
 */
export interface NativeRequest {
  readonly dialect: DialectName;
  /** Of the body. */
  readonly fields: NativeFields;
  /** Headers meant for a provider of this dialect, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a provider's answer has beside text and tool calls, where caller and provider share a dialect. */
export interface NativeAnswer {
  readonly dialect: DialectName;
  /** Of the answer as a whole, such as its usage. */
  readonly fields: NativeFields;
  /** Of the message: the only choice of OpenAI. */
  readonly message: NativeFields;
  /** The blocks of Anthropic, in order and whole; none for OpenAI. */
  readonly blocks: readonly NativeFields[];
}

/**
 * A piece of an answer, beside its text, as it arrives: of a tool call, or something that only callers of the provider's
 * own dialect understand.
 */
export type Aside =
  | {
      readonly kind: 'tool_call';
      /** Pieces of one call share it. */
      readonly index: number;
      /** Told with the first piece. */
      readonly id?: string;
      readonly name?: string;
      /** More of the arguments, as JSON text. */
      readonly arguments?: string;
    }
  | { readonly kind: 'native'; readonly dialect: DialectName; readonly event: NativeFields };
