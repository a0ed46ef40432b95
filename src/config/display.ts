import { safeText } from '../core/safe-text.ts';
import type { Path } from './path.ts';
import { isPlainObject } from './tree.ts';

const MASK = '***';
const LONGEST_VALUE = 60;

/** Keys whose text is a secret by its name; `api_key_env` names a variable and `max_tokens` counts, so they are none. */
const SECRET_KEY =
  /(?:^|[_-])(?<!max[_-])(?:api_?key|key|secret|token|passw(?:or)?d|credentials?|bearer|auth(?:orization)?)s?$/i;

/** Keys that look like the big providers' keys, whatever they are filed under. */
const SECRET_TEXT = /\b(?:sk|pk|xox[a-z])-[\w-]{8,}/g;

const URL_PASSWORD = /(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g;
/** Alone before the @, and in a query: addresses may not have either, but people write them. */
const URL_USER = /(\w:\/\/)[^\s/:@]+@/g;
const URL_QUERY = /([?&][^=&\s]*(?:key|token|secret|sig|passw(?:or)?d)[^=&\s]*=)[^&\s#"']+/gi;

/** The name of an environment variable; what else somebody files under `api_key_env` may be the key itself. */
const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;

const SECRET_ASSIGNMENT =
  /((?:key|secret|token|passw(?:or)?d|credentials?|bearer|auth(?:orization)?)s?["']?\s*=\s*)(?:"[^"\n]*"?|'[^'\n]*'?)/gi;

/** Text with everything that looks like a secret replaced: passwords in addresses, provider keys. */
function maskText(text: string): string {
  return text
    .replace(SECRET_TEXT, MASK)
    .replace(URL_PASSWORD, `$1${MASK}@`)
    .replace(URL_USER, `$1${MASK}@`)
    .replace(URL_QUERY, `$1${MASK}`);
}

/** Lines of a TOML file that are fit to be shown in an error. */
export function maskToml(lines: string): string {
  return maskText(lines.replace(SECRET_ASSIGNMENT, `$1"${MASK}"`));
}

/** The value as data, with secrets masked: for `show` and for JSON reports. */
export function maskValue(path: Path, value: unknown): unknown {
  if (typeof value === 'string') {
    if (path.at(-1) === 'api_key_env' && !VARIABLE.test(value)) return MASK;
    return SECRET_KEY.test(path.at(-1) ?? '') && value !== '' ? MASK : maskText(value);
  }
  if (Array.isArray(value)) return value.map((item) => maskValue(path, item));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskValue([...path, key], item)]));
  }
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number' && !Number.isFinite(value)) return tomlNumber(value);
  return value;
}

/** The value on one line as TOML nearly writes it, masked, shortened and fit for a terminal. */
export function displayValue(path: Path, value: unknown): string {
  if (typeof value === 'number') return tomlNumber(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (isPlainObject(value)) return '{…}';
  // JSON has no line breaks of its own, and the spaces within a value are its own affair.
  const characters = [...safeText(JSON.stringify(maskValue(path, value)) ?? String(value))];
  return characters.length <= LONGEST_VALUE
    ? characters.join('')
    : `${characters.slice(0, LONGEST_VALUE - 1).join('')}…`;
}

function tomlNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}
