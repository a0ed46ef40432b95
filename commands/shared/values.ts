import { OrchestratorError } from '../../src/core/errors.ts';

type Parse = (text: string) => unknown;

/** A whole number from `least` on, up to `most`. */
export function countOf(flag: string, least: number, most = Number.MAX_SAFE_INTEGER): Parse {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most) {
      const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
      throw usage(`${flag} takes a whole number from ${least}${upTo}, got ${JSON.stringify(text)}.`);
    }
    return value;
  };
}

/** A number between two bounds, both included. */
export function numberOf(flag: string, least: number, most: number): Parse {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw usage(`${flag} takes a number from ${least} to ${most}, got ${JSON.stringify(text)}.`);
    }
    return value;
  };
}

/** A sum of US dollars, above 0. */
export function dollarsOf(flag: string): Parse {
  return (text) => {
    const value = Number(text.replace(/^\$/, ''));
    if (text.trim() === '' || !(value > 0 && value <= 1_000_000)) {
      throw usage(`${flag} takes US dollars above 0 and up to 1000000, such as 0.5, got ${JSON.stringify(text)}.`);
    }
    return value;
  };
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A length of time in milliseconds: `500ms`, `30s`, `2m`, `1h`, or a plain number of seconds. */
export function durationMs(flag: string): Parse {
  return (text) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
    if (match === null) throw usage(`${flag} takes a time such as 30s, 500ms or 2m, got ${JSON.stringify(text)}.`);
    return Number(match[1]) * UNITS_MS[match[2] ?? 's']!;
  };
}

const usage = (message: string): OrchestratorError => new OrchestratorError('usage', message);
