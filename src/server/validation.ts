import { z } from 'zod';
import { type FieldFault, schemaFaults } from '../core/schema-faults.ts';
import { RequestFaults } from './error-reply.ts';
import type { RouteSchema } from './route.ts';

const NOTHING = z.strictObject({});

/** All that schemas object to. */
interface Objections {
  readonly issues: z.core.$ZodIssue[];
  readonly fields: FieldFault[];
}

/** Params, query and body of a call as its schemas give them. Throws with every fault at once. */
export function checked(
  schema: RouteSchema,
  given: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
): { readonly params: unknown; readonly query: unknown; readonly body: unknown } {
  const faults: Objections = { issues: [], fields: [] };
  const params = check(schema.params, given.params, faults);
  const query = check(schema.query, given.query, faults);
  const body = schema.body === undefined ? noBody(given.body) : check(schema.body, bodyOf(schema, given.body), faults);
  if (faults.issues.length > 0) throw refusal(faults);
  return { params, query, body };
}

function check(part: z.ZodType | undefined, value: unknown, faults: Objections): unknown {
  // Most calls have neither parameters nor a query.
  if (part === undefined && isEmpty(value)) return EMPTY;
  const schema = part ?? NOTHING;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  faults.issues.push(...result.error.issues);
  faults.fields.push(...schemaFaults(schema, value, result.error.issues));
  return undefined;
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
  const { issues } = result.error;
  throw refusal({ issues: [...issues], fields: [...schemaFaults(schema, value, issues)] });
}

const bodyOf = (schema: RouteSchema, body: unknown): unknown =>
  (body === undefined || body === null) && schema.optionalBody === true ? {} : body;

function noBody(body: unknown): undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'object' && Object.keys(body).length === 0) return undefined;
  throw new RequestFaults('request_invalid', [{ field: 'body', message: 'none is taken here' }]);
}

function refusal({ issues, fields }: Objections): RequestFaults {
  return new RequestFaults(issues.every(isOutOfRange) ? 'out_of_range' : 'request_invalid', fields);
}

/** A number that is one, and only too large or too small. */
const isOutOfRange = ({ code, ...issue }: z.core.$ZodIssue): boolean =>
  (code === 'too_big' || code === 'too_small') &&
  ['number', 'int'].includes(String((issue as { origin?: string }).origin));
