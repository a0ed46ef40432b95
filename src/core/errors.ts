/** What a caller between providers does with an error: try the same provider again, try another, or give up. */
export type ErrorAction = 'retry' | 'fail_over' | 'fail';

interface ErrorDefinition {
  readonly action: ErrorAction;
  /** HTTP status the server answers with. */
  readonly status: number;
  /** Exit code of a command that ends with this error. */
  readonly exit: number;
  /** What the user can do about it, in one sentence. */
  readonly hint: string;
}

/** The closed table of errors. Docs (`docs/errors.md`) and exit codes are generated from it. */
export const ERRORS = {
  usage: { action: 'fail', status: 400, exit: 2, hint: 'See `orchestrator <command> --help`.' },
  request_invalid: {
    action: 'fail',
    status: 400,
    exit: 2,
    hint: 'Correct the named field and send the request again.',
  },
  prompt_too_large: {
    action: 'fail',
    status: 413,
    exit: 2,
    hint: 'Shorten the prompt or raise the named limit.',
  },
  config_invalid: {
    action: 'fail',
    status: 500,
    exit: 3,
    hint: 'Correct the named keys; `orchestrator config validate` checks them.',
  },
  authentication_failed: {
    action: 'fail_over',
    status: 401,
    exit: 4,
    hint: 'Check the API key of the named provider.',
  },
  provider_unavailable: {
    action: 'retry',
    status: 503,
    exit: 5,
    hint: 'Check that the provider is up and its address right; try again later.',
  },
  provider_failed: {
    action: 'retry',
    status: 502,
    exit: 5,
    hint: 'The provider answered with an error; its message says why.',
  },
  provider_rate_limited: {
    action: 'retry',
    status: 429,
    exit: 6,
    hint: 'Send more slowly, or ask the provider for a higher rate limit.',
  },
  provider_quota_exhausted: {
    action: 'fail_over',
    status: 429,
    exit: 6,
    hint: "Check the plan and the credit of your account with the provider; waiting doesn't help.",
  },
  provider_overloaded: {
    action: 'retry',
    status: 503,
    exit: 5,
    hint: 'The provider has too much to do; try again later.',
  },
  circuit_open: {
    action: 'fail_over',
    status: 503,
    exit: 5,
    hint: 'The provider is left alone for a while; the message says why, and until when.',
  },
  provider_busy: {
    action: 'fail_over',
    status: 503,
    exit: 6,
    hint: 'Send more slowly, or raise `max_rps` or `max_concurrent` of the named provider.',
  },
  no_provider_available: {
    action: 'fail',
    status: 503,
    exit: 5,
    hint: 'Try again when the message says, or let requests wait for that with `routing.wait_for_recovery`.',
  },
  provider_timeout: {
    action: 'retry',
    status: 504,
    exit: 5,
    hint: 'Raise the limit that the message names, or ask for a shorter answer.',
  },
  provider_incomplete: {
    action: 'retry',
    status: 502,
    exit: 5,
    hint: 'The answer broke off; what had arrived is kept. Send the request again.',
  },
  provider_protocol: {
    action: 'fail_over',
    status: 502,
    exit: 5,
    hint: 'Check that `base_url` is the address of an API of this kind.',
  },
  upstream_midstream: {
    action: 'fail',
    status: 502,
    exit: 5,
    hint: 'The provider failed within its answer; what had arrived is kept. Send the request again.',
  },
  model_unknown: {
    action: 'fail_over',
    status: 404,
    exit: 2,
    hint: 'Check the model name (`--model`, `stages.inference.model` or `providers.NAME.model`).',
  },
  request_rejected: {
    action: 'fail',
    status: 400,
    exit: 2,
    hint: 'The provider refuses this request as it is; its message says why.',
  },
  context_length_exceeded: {
    action: 'fail_over',
    status: 400,
    exit: 2,
    hint: "Shorten the conversation or ask for fewer tokens: together they exceed the model's window.",
  },
  dns_failed: {
    action: 'fail_over',
    status: 502,
    exit: 5,
    hint: 'Check the host name in `base_url` and the name service of this machine.',
  },
  tls_failed: {
    action: 'fail_over',
    status: 502,
    exit: 5,
    hint: 'Mend the certificate, or trust its authority with NODE_EXTRA_CA_CERTS; it is never skipped.',
  },
  address_refused: {
    action: 'fail_over',
    status: 502,
    exit: 5,
    hint: 'If this address is really meant, write it into `base_url` itself.',
  },
  prompt_blocked: {
    action: 'fail',
    status: 400,
    exit: 7,
    hint: 'Rephrase the prompt; if it is harmless, add its wording to guard.allow, or set guard.mode to "audit".',
  },
  token_budget_exceeded: {
    action: 'fail',
    status: 429,
    exit: 6,
    hint: 'Shorten the prompt, ask for fewer tokens (max_tokens), wait, or raise the limit that the message names.',
  },
  rate_limited: {
    action: 'fail',
    status: 429,
    exit: 6,
    hint: 'Send more slowly, or raise the limit that the message names.',
  },
  spend_limit_reached: {
    action: 'fail',
    status: 429,
    exit: 6,
    hint: 'Raise the limit (`--max-spend`, token_budget.max_spend_usd) to go on; a batch goes on with `--resume`.',
  },
  queue_full: {
    action: 'fail',
    status: 503,
    exit: 6,
    hint: 'Send more slowly or raise the capacities; unless its caller keeps it, the request is in the dead letters.',
  },
  deadline_exceeded: {
    action: 'fail',
    status: 504,
    exit: 124,
    hint: 'Allow a longer deadline or look for what waited.',
  },
  cancelled: { action: 'fail', status: 499, exit: 130, hint: 'The caller took the request back.' },
  interrupted: {
    action: 'fail',
    status: 503,
    exit: 143,
    hint: 'The process was stopped; what it had accepted is in the dead letters, or goes on at its next start.',
  },
  draining: { action: 'fail_over', status: 503, exit: 5, hint: 'The engine is stopping and takes no new requests.' },
  unauthorized: {
    action: 'fail',
    status: 401,
    exit: 4,
    hint: "Send the server's key as `Authorization: Bearer KEY` or `x-api-key`; commands take `--api-key` or `API_KEY`.",
  },
  host_refused: {
    action: 'fail',
    status: 403,
    exit: 2,
    hint: 'Use a name of this server, or add the one you use to `server.allowed_hosts`.',
  },
  origin_refused: {
    action: 'fail',
    status: 403,
    exit: 2,
    hint: 'Pages of other origins may only call when they are listed in `server.allowed_origins`.',
  },
  not_found: {
    action: 'fail',
    status: 404,
    exit: 1,
    hint: 'Check the path and the id; `/openapi.json` lists all routes.',
  },
  method_not_allowed: {
    action: 'fail',
    status: 405,
    exit: 2,
    hint: 'The `allow` header says which methods there are.',
  },
  not_finished: {
    action: 'fail',
    status: 408,
    exit: 124,
    hint: 'The request goes on; ask for its result again.',
  },
  request_timeout: { action: 'fail', status: 408, exit: 124, hint: 'Send the whole request faster.' },
  idempotency_conflict: {
    action: 'fail',
    status: 409,
    exit: 2,
    hint: 'Use a new `Idempotency-Key` for each request; the same one only to send the same request again.',
  },
  body_too_large: {
    action: 'fail',
    status: 413,
    exit: 2,
    hint: 'Send less at once, or raise `server.body_limit_mb`.',
  },
  content_type_unsupported: {
    action: 'fail',
    status: 415,
    exit: 2,
    hint: 'Bodies are JSON: send `content-type: application/json`.',
  },
  out_of_range: { action: 'fail', status: 422, exit: 2, hint: 'Bring the named field within its bounds.' },
  headers_too_large: { action: 'fail', status: 431, exit: 2, hint: 'Send fewer or shorter headers.' },
  too_many_messages: {
    action: 'fail',
    status: 429,
    exit: 6,
    hint: 'A connection takes 60 messages a minute; open a new one later, or send single requests.',
  },
  not_built: { action: 'fail', status: 501, exit: 1, hint: 'This part of the API is known, but not there yet.' },
  slow_consumer: {
    action: 'fail',
    status: 503,
    exit: 1,
    hint: 'Read the stream as fast as it comes; the request itself went on.',
  },
  listen_failed: {
    action: 'fail',
    status: 500,
    exit: 1,
    hint: 'Choose another address with `--port` or `--host`, or end the program that holds this one.',
  },
  server_unreachable: {
    action: 'fail',
    status: 502,
    exit: 5,
    hint: 'Check that the orchestrator is running there: `orchestrator run --serve`, and `--url`.',
  },
  plugin_failed: {
    action: 'fail',
    status: 500,
    exit: 1,
    hint: 'A hook refused or broke the request; its message says which.',
  },
  storage_failed: {
    action: 'fail',
    status: 507,
    exit: 1,
    hint: 'Check the data directory: free space, permissions, version.',
  },
  internal: {
    action: 'fail',
    status: 500,
    exit: 1,
    hint: 'This is a defect of orchestrator; please report it with the message.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorDetails {
  /** Dotted path, flag or field the error is about. */
  readonly param?: string;
  /** Milliseconds after which a retry may succeed. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The one error that crosses room borders. Foreign errors are wrapped once, where they enter. */
export class OrchestratorError extends Error {
  override readonly name = 'OrchestratorError';
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.param = details.param;
    this.retryAfterMs = details.retryAfterMs;
  }

  get definition(): ErrorDefinition {
    return ERRORS[this.code];
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }
}

/** Wraps whatever was thrown; what is already ours passes through. */
export function toOrchestratorError(thrown: unknown, code: ErrorCode = 'internal'): OrchestratorError {
  if (thrown instanceof OrchestratorError) return thrown;
  return new OrchestratorError(code, messageOf(thrown), { cause: thrown });
}

/** What whoever threw it has to say; anything can be thrown, even what refuses to become text. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return `something of type ${typeof thrown} that cannot be shown`;
  }
}
