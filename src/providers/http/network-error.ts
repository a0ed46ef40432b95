import { type ErrorCode, messageOf, OrchestratorError, toOrchestratorError } from '../../core/errors.ts';

/** How far a call had come when it failed. */
export type Phase = 'sending' | 'reading';

const TLS =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|EPROTO$|ERR_OSSL)/;
const DNS = /^(?:ENOTFOUND|EAI_\w+|ESERVFAIL|ENODATA|EREFUSED|ETIMEOUT|ENONAME)$/;
const PROTOCOL = /^(?:HPE_|Z_|ERR_BROTLI|ERR__ERROR_|UND_ERR_(?:HEADERS_OVERFLOW|RES_|INVALID_RETURN|NOT_SUPPORTED))/;
/** The body ended before its end. */
const CUT =
  /^(?:HPE_INVALID_EOF_STATE|Z_BUF_ERROR|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|ECONNRESET|EPIPE|UND_ERR_ABORTED|ERR_STREAM_PREMATURE_CLOSE)$/;

/** Wraps what the network, undici or zlib threw. */
export function networkError(thrown: unknown, name: string, origin: string, phase: Phase): OrchestratorError {
  if (thrown instanceof OrchestratorError) return thrown;
  const root = rootOf(thrown);
  const code = errorCodeOf(root);
  // What has no code did not come from a network.
  if (code === undefined && (root instanceof TypeError || root instanceof RangeError))
    return toOrchestratorError(thrown);
  const { kind, what } = verdict(code, phase);
  const reason = [messageOf(root), code].filter((part) => part !== '' && part !== undefined);
  const shown = reason.length === 2 && reason[0]!.includes(reason[1]!) ? reason[0] : reason.join(', ');
  return new OrchestratorError(kind, `Provider ${name} ${what} ${origin} (${shown}).`, { cause: thrown });
}

function verdict(code: string | undefined, phase: Phase): { kind: ErrorCode; what: string } {
  const text = code ?? '';
  if (phase === 'reading' && CUT.test(text)) return { kind: 'provider_incomplete', what: 'broke off its answer:' };
  if (DNS.test(text)) return { kind: 'dns_failed', what: 'has no address:' };
  if (TLS.test(text)) return { kind: 'tls_failed', what: 'has no certificate that can be trusted:' };
  if (PROTOCOL.test(text)) return { kind: 'provider_protocol', what: 'does not speak HTTP as expected:' };
  if (phase === 'reading') return { kind: 'provider_incomplete', what: 'broke off its answer:' };
  return { kind: 'provider_unavailable', what: 'cannot be reached:' };
}

/** The error that says most: of several attempts at connecting the first, of a wrapper its cause. */
function rootOf(thrown: unknown): unknown {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return rootOf(thrown.errors[0]);
  if (thrown instanceof Error && errorCodeOf(thrown) === undefined && thrown.cause instanceof Error) {
    return rootOf(thrown.cause);
  }
  return thrown;
}

/** Whether the other side has closed or reset the connection. */
export function wasClosed(thrown: unknown): boolean {
  const code = errorCodeOf(rootOf(thrown));
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** Whether the request itself could not be written to its end: whoever got a part of it has not acted on it. */
export function wasCutShort(thrown: unknown): boolean {
  return (rootOf(thrown) as { syscall?: unknown } | null | undefined)?.syscall === 'write';
}

const errorCodeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};
