import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { messageOf, OrchestratorError } from '../../core/errors.ts';

/**
 * Compiles a regular expression in the syntax of RE2, whose time is linear in the text whatever the expression: a
 * configured one may meet any text a model writes. Throws `config_invalid` with what is wrong with it.
 */
export function linearRegex(pattern: string): RE2JS {
  // Loaded on first use, and at once: 7 ms that only those pay who configured an expression.
  const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js');
  try {
    return RE2JS.compile(pattern);
  } catch (thrown) {
    const reason = messageOf(thrown).replace(/^error parsing regexp: /, '');
    throw new OrchestratorError('config_invalid', `is no regular expression of RE2: ${reason}`, { cause: thrown });
  }
}
