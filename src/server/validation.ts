import { z } from 'zod';
import { type FieldFault, RequestFaults } from './error-reply.ts';
import type { RouteSchema } from './route.ts';

const NOTHING = z.strictObject({});

/** Params, query and body of a call as its schemas give them. Throws with every fault at once. */
export function checked(
  schema: RouteSchema,
  given: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
): { readonly params: unknown; readonly query: unknown; readonly body: unknown } {
  const faults: z.core.$ZodIssue[] = [];
  const params = check(schema.params, given.params, faults);
  const query = check(schema.query, given.query, faults);
  const body = schema.body === undefined ? noBody(given.body) : check(schema.body, bodyOf(schema, given.body), faults);
  if (faults.length > 0) throw faultsOf(faults);
  return { params, query, body };
}

function check(part: z.ZodType | undefined, value: unknown, faults: z.core.$ZodIssue[]): unknown {
  // Most calls have neither parameters nor a query.
  if (part === undefined && isEmpty(value)) return EMPTY;
  const result = (part ?? NOTHING).safeParse(value);
  if (!result.success) faults.push(...result.error.issues);
  return result.data;
}

const EMPTY = Object.freeze({});

function isEmpty(value: unknown): boolean {
  for (const _ in value as object) return false;
  return true;
}

/** The same for one value, such as a message on a socket. */
export function checkedValue<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw faultsOf(result.error.issues);
}

const bodyOf = (schema: RouteSchema, body: unknown): unknown =>
  (body === undefined || body === null) && schema.optionalBody === true ? {} : body;

function noBody(body: unknown): undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'object' && Object.keys(body).length === 0) return undefined;
  throw new RequestFaults('request_invalid', [{ field: 'body', message: 'none is taken here' }]);
}

function faultsOf(issues: readonly z.core.$ZodIssue[]): RequestFaults {
  const fields = issues.flatMap(faultsOfIssue);
  return new RequestFaults(issues.every(isOutOfRange) ? 'out_of_range' : 'request_invalid', fields);
}

/** A number that is one, and only too large or too small. */
const isOutOfRange = ({ code, ...issue }: z.core.$ZodIssue): boolean =>
  (code === 'too_big' || code === 'too_small') &&
  ['number', 'int'].includes(String((issue as { origin?: string }).origin));

function faultsOfIssue(issue: z.core.$ZodIssue): readonly FieldFault[] {
  const field = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [{ field: field || 'body', message: issue.message }];
  return issue.keys.map((key) => ({
    field: [...issue.path.map(String), key].join('.').slice(0, 200),
    message: 'is not known here',
  }));
}
