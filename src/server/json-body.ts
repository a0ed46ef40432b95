import { isUtf8 } from 'node:buffer';
import { OrchestratorError } from '../core/errors.ts';

/** Deeper nesting is no request of anybody's, and trips up whoever walks it. */
const DEEPEST = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads a JSON body. Throws `request_invalid` for what is not JSON or not UTF-8, is nested too deep, or sets an
 * object's prototype.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid('The body is not UTF-8.');
  if (depthOf(bytes) > DEEPEST) throw invalid(`The body is nested more than ${DEEPEST} deep.`);
  const marked = bytes.toString('utf8');
  const text = marked.startsWith('\ufeff') ? marked.slice(1) : marked;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    if (text.trim() === '') throw invalid('The body is empty; it should be JSON.');
    throw invalid(`The body is not JSON: ${(thrown as Error).message.replace(/, ?"[\s\S]*$/, '')}.`);
  }
  if (/proto|constructor|\\u/.test(text) && setsPrototype(value)) {
    throw invalid(
      'The body has a field that would change the prototype of an object (__proto__, constructor.prototype).',
    );
  }
  return value;
}

/** Deepest nesting, found without recursion and before anything is built. */
function depthOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}

function setsPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  const made = (value as Record<string, unknown>)['constructor'];
  if (Object.hasOwn(value, 'constructor') && typeof made === 'object' && made !== null) {
    if (Object.hasOwn(made, 'prototype')) return true;
  }
  return Object.values(value).some(setsPrototype);
}

const invalid = (message: string): OrchestratorError => new OrchestratorError('request_invalid', message);
