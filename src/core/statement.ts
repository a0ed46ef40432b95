/** What a column or a parameter can hold. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** One SQL statement with its positional parameters (`?`). Plain data: it is handed to another thread. */
export interface Statement {
  readonly sql: string;
  readonly params?: readonly SqlValue[];
}
