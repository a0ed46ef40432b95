import { type Logger, pino, stdSerializers } from 'pino';
import { safeLine } from '../core/safe-text.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly format: 'pretty' | 'json';
  readonly level: string;
  /** Gets whole lines. */
  readonly write: (line: string) => void;
}

/** Headers that carry keys, and text of prompts and answers, wherever somebody logs them. */
const HIDDEN: ReadonlySet<string> = new Set([
  ...['authorization', 'x-api-key', 'cookie'],
  ...['prompt', 'input', 'output', 'text', 'content', 'messages', 'body'],
]);

/**
 * The fields of a line, or of something in it, without what is hidden. Pino has a redaction of its own: it would take as long as
 * five lines, and when a service stops there are a thousand.
 */
function withoutHidden(fields: Record<string, unknown>, isInner = false): Record<string, unknown> {
  let shown = fields;
  for (const [key, value] of Object.entries(fields)) {
    const safe = HIDDEN.has(key) ? '[redacted]' : isInner || !isRecord(value) ? value : withoutHidden(value, true);
    if (safe !== value) shown = { ...shown, [key]: safe };
  }
  return shown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);

/** A logger for people or for machines. What users wrote and what models answered is never in its lines, nor are keys. */
export function createLogger({ format, level, write }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }), log: (fields) => withoutHidden(fields) },
      serializers: { err: (thrown: Error) => withoutHidden({ ...stdSerializers.err(thrown) }, true) },
    },
    { write: format === 'json' ? write : (line: string) => write(prettyLine(line)) },
  );
}

/** `12:03:04.123 INFO  message  key=value`: one line, fit for a terminal. */
export function prettyLine(line: string): string {
  const { level, time, msg = '', err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const at = new Date(Number(time)).toISOString().slice(11, 23);
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const error = (err as { message?: string } | undefined)?.message;
  const parts = [
    at,
    String(level).toUpperCase().padEnd(5),
    String(msg),
    ...rest,
    ...(error === undefined ? [] : [`error=${error}`]),
  ];
  return `${safeLine(parts.join('  '), 2000)}\n`;
}
