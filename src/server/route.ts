import type { IncomingHttpHeaders } from 'node:http';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { OrchestratorError } from '../core/errors.ts';
import type { Visitor } from './access.ts';
import type { Exchange } from './http/exchange.ts';
import type { Service } from './service.ts';

/** Who may call: anybody, who has the server's key, or who has the key for metrics (the server's where there is none). */
export type RouteAuth = 'open' | 'key' | 'metrics';

/** Bodies of routes that take none, and of those that only control. */
export const NO_BODY = 1024;
export const SMALL_BODY = 64 * 1024;

export interface RouteLimits {
  /** Largest body in bytes; `configured` is `server.body_limit_mb`. */
  readonly bodyBytes: number | 'configured';
}

/** What a route takes. Where one is absent, nothing is taken: unknown fields are refused, each with its name. */
export interface RouteSchema<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  /** Of the path. */
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The body may be left out; its schema then gets `{}`. */
  readonly optionalBody?: boolean;
  /** What is answered, by status; errors have the one shape and need no mention. */
  readonly replies: Readonly<Record<number, z.ZodType | string>>;
}

/** One call, checked: what the handler works with. */
export interface Call<Params, Query, Body> {
  readonly service: Service;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** Whoever calls. */
  readonly visitor: Visitor;
  /** The `x-request-id`, the caller's or ours. */
  readonly requestId: string;
  /** Sets status and headers; after `hijack()` the handler answers on `reply.raw` by itself. */
  readonly reply: Exchange;
}

/** One route, as data: registration, its checks and the OpenAPI document are made from it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** All of them answer alike; parameters as `:name`. */
  readonly paths: readonly string[];
  /** What it does, in one sentence without a full stop. */
  readonly summary: string;
  readonly auth: RouteAuth;
  readonly limits: RouteLimits;
  readonly schema: RouteSchema;
  /** Answered also when the Host is none of ours: probes come by address. */
  readonly anyHost?: boolean;
  /** Answered to HEAD as well, as those that probes ask are; a stream has no head to show. */
  readonly head?: boolean;
  readonly handle: (call: Call<never, never, never>) => unknown;
  /** Tells an error in the words of another API; null for our own. */
  readonly refuse?: (error: OrchestratorError, requestId: string, headers: IncomingHttpHeaders) => Refusal | null;
  /** Takes a WebSocket in place of the handler, which answers those that ask without an upgrade. */
  readonly socket?: (socket: WebSocket, service: Service, visitor: Visitor) => void;
}

/** An error as it is sent. */
export interface Refusal {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route whose handler gets what its schemas give. */
export function route<
  Params extends z.ZodType = z.ZodType<Record<string, never>>,
  Query extends z.ZodType = z.ZodType<Record<string, never>>,
  Body extends z.ZodType = z.ZodType<undefined>,
>(
  definition: Omit<Route, 'schema' | 'handle'> & {
    readonly schema: RouteSchema<Params, Query, Body>;
    readonly handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => unknown;
  },
): Route {
  return definition as unknown as Route;
}
