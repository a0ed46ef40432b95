import { type Logger, pino } from 'pino';
import { safeLine } from '../core/safe-text.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly format: 'pretty' | 'json';
  readonly level: string;
  /** Gets whole lines. */
  readonly write: (line: string) => void;
}

/** Headers that carry keys, wherever somebody logs them. */
const SECRET_FIELDS = ['authorization', '["x-api-key"]', 'cookie'];
/** Text of prompts and answers, wherever somebody logs them. */
const TEXT_FIELDS = ['prompt', 'input', 'output', 'text', 'content', 'messages', 'body'];

/** A logger for people or for machines. What users wrote and what models answered is never in its lines, nor are keys. */
export function createLogger({ format, level, write }: LoggerOptions): Logger {
  const fields = [...SECRET_FIELDS, ...TEXT_FIELDS];
  const paths = fields.flatMap((field) => [field, field.startsWith('[') ? `*${field}` : `*.${field}`]);
  return pino(
    {
      level,
      base: null,
      redact: { paths, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
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
