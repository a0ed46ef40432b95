import { type Outcome, type OutcomeRecord, outcomeRecord } from '../../src/core/outcome.ts';

/** How the outcomes of a batch are written to stdout. */
export type OutputFormat = 'ndjson' | 'json' | 'text';

export interface BatchOutput {
  line(line: number, outcome: Outcome): string;
  /** An outcome that an earlier run committed, from its stored JSON. */
  stored(json: string): string;
  /** What stands before the first item, before every other one, behind each, and after the last. */
  readonly first: string;
  readonly next: string;
  readonly behind: string;
  readonly last: string;
  /** What is printed when there was no item at all. */
  readonly none: string;
}

const LINES = { first: '', next: '', behind: '\n', last: '', none: '' } as const;

/** NDJSON: one outcome a line. JSON: one array. Text: the answers alone, an empty line for a request without one. */
export function createOutput(format: OutputFormat): BatchOutput {
  switch (format) {
    case 'ndjson':
      return { line: outcomeJson, stored: (json) => json, ...LINES };
    case 'json':
      return {
        line: outcomeJson,
        stored: (json) => json,
        first: '[\n',
        next: ',\n',
        behind: '',
        last: '\n]\n',
        none: '[]\n',
      };
    case 'text':
      return {
        line: (_line, { text }) => text,
        stored: (json) => (JSON.parse(json) as OutcomeRecord).output ?? '',
        ...LINES,
      };
  }
}

/** An outcome with the number of its line, as it is stored and printed. */
export function outcomeJson(line: number, outcome: Outcome): string {
  return JSON.stringify({ line, ...outcomeRecord(outcome) });
}
