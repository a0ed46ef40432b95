import type { JsonSchema } from './json-schema.ts';

/** What a value must be, in words, in two parts: `a number` and `between 0 and 2`. */
export interface Rule {
  readonly noun: string;
  readonly bounds: string;
}

export function ruleOf(schema: JsonSchema): Rule {
  if (schema.const !== undefined) return { noun: JSON.stringify(schema.const), bounds: '' };
  if (schema.enum !== undefined) {
    return { noun: `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`, bounds: '' };
  }
  if (schema.anyOf !== undefined) return { noun: schema.anyOf.map(describeRule).join(' or '), bounds: '' };
  switch (schema.type) {
    case 'integer':
      return { noun: 'an integer', bounds: boundsOf(schema) };
    case 'number':
      return { noun: 'a number', bounds: boundsOf(schema) };
    case 'boolean':
      return { noun: 'true or false', bounds: '' };
    case 'string':
      return { noun: 'text', bounds: patternOf(schema) };
    case 'array':
      return {
        noun: `a list${schema.items === undefined ? '' : `, each item ${describeRule(schema.items)}`}`,
        bounds: '',
      };
    default:
      return { noun: 'a table', bounds: '' };
  }
}

/** Both parts: `a number between 0 and 2`. */
export function describeRule(schema: JsonSchema): string {
  const { noun, bounds } = ruleOf(schema);
  if (bounds === '') return noun;
  return bounds.startsWith('at ') ? `${noun} of ${bounds}` : `${noun} ${bounds}`;
}

function boundsOf(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return `between ${minimum} and ${maximum}`;
  return [
    minimum === undefined ? '' : `at least ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
    exclusiveMaximum === undefined ? '' : `below ${exclusiveMaximum}`,
  ]
    .filter((bound) => bound !== '')
    .join(' and ');
}

function patternOf(schema: JsonSchema): string {
  if (schema.pattern === undefined) return '';
  return schema.pattern === '\\S' ? 'that is not blank' : `matching ${schema.pattern}`;
}
