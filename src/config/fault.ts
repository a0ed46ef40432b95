import { OrchestratorError } from '../core/errors.ts';
import { safeLine, safeText } from '../core/safe-text.ts';
import { displayValue, maskValue } from './display.ts';
import { describeOrigin, type Origin } from './origin.ts';
import { formatPath, type Path } from './path.ts';

/** One thing that is wrong with the configuration, or with one of its sources. */
export interface Fault {
  /** The key as it was written; empty when a whole source is meant. */
  readonly path: Path;
  /** The value; absent for a key that is missing and for a whole source. */
  readonly value?: unknown;
  /** What would be right: `must be between 0 and 2`. */
  readonly rule: string;
  readonly origin: Origin;
  /** Of a syntax error: the column, from 1, and the lines around it with secrets masked. */
  readonly column?: number;
  readonly excerpt?: string;
}

/** A fault as `config validate --json` prints it. */
export interface FaultRecord {
  readonly path: string;
  readonly value?: unknown;
  readonly rule: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly variable?: string;
  readonly flag?: string;
  readonly message: string;
}

/** For people: `stages.inference.temperature = 3 (pipeline.toml:12): must be between 0 and 2`. */
export function formatFault(fault: Fault): string {
  const { path, value, rule, origin, column, excerpt } = fault;
  const place = `${describeOrigin(origin)}${column === undefined ? '' : `:${column}`}`;
  if (path.length === 0) {
    const lines = (excerpt ?? '').split('\n').filter((line) => line.trim() !== '');
    return [`${safeLine(place, 300)}: ${safeLine(rule, 300)}`, ...lines.map((line) => `    ${safeText(line)}`)].join(
      '\n',
    );
  }
  const assigned = 'value' in fault ? ` = ${displayValue(path, value)}` : '';
  const where = origin.kind === 'default' ? '' : ` (${safeLine(place, 300)})`;
  return `${safeLine(formatPath(path))}${assigned}${where}: ${safeLine(rule, 400)}`;
}

export function faultRecord(fault: Fault): FaultRecord {
  const { path, rule, origin, column } = fault;
  return {
    path: formatPath(path),
    ...('value' in fault ? { value: maskValue(path, fault.value) } : {}),
    rule,
    ...(origin.kind === 'file' ? { file: origin.file, ...(origin.line > 0 ? { line: origin.line } : {}) } : {}),
    ...(column === undefined ? {} : { column }),
    ...(origin.kind === 'environment' ? { variable: origin.variable } : {}),
    ...(origin.kind === 'flag' ? { flag: origin.flag } : {}),
    message: formatFault(fault),
  };
}

/** All faults as one error, one a line; `cause` is the list. */
export function configError(faults: readonly Fault[]): OrchestratorError {
  const param = faults[0] === undefined ? '' : formatPath(faults[0].path);
  return new OrchestratorError('config_invalid', faults.map(formatFault).join('\n'), {
    ...(param === '' ? {} : { param }),
    cause: faults,
  });
}
