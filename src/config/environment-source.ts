import type { Environment } from '../core/environment.ts';
import type { Fault } from './fault.ts';
import type { Origin } from './origin.ts';
import type { SourceValues } from './toml-source.ts';
import { EMPTY_TABLE, layOver, nodeOf, type Table, withNode } from './tree.ts';
import { type IsText, writtenValue } from './written-value.ts';

const PREFIX = /^ORCHESTRATOR__/i;
const UNSAFE = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Any key as `ORCHESTRATOR__SECTION__KEY`, whatever the case; names such as the one in `providers.NAME` become lower
 * case. A variable that is set to nothing counts as unset.
 */
export function environmentSource(environment: Environment, isText: IsText): SourceValues {
  let table: Table = EMPTY_TABLE;
  const faults: Fault[] = [];
  for (const variable of Object.keys(environment).sort()) {
    const text = environment[variable];
    if (!PREFIX.test(variable) || text === undefined || text === '') continue;
    const path = variable.replace(PREFIX, '').toLowerCase().split('__');
    const origin: Origin = { kind: 'environment', variable };
    if (path.some((segment) => segment === '' || UNSAFE.has(segment))) {
      faults.push({ path: [], rule: 'names no key: write ORCHESTRATOR__SECTION__KEY', origin });
    } else {
      const value = nodeOf(writtenValue(text, path, isText), () => origin);
      table = layOver(table, withNode({ ...EMPTY_TABLE, origin }, path, value)) as Table;
    }
  }
  return { table, faults };
}

/** Whether any such variable is set; lets the common case skip the work. */
export function hasEnvironmentKeys(environment: Environment): boolean {
  return Object.keys(environment).some((variable) => PREFIX.test(variable));
}
