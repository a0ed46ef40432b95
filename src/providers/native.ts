import type { Attempt } from '../core/attempt.ts';
import { OrchestratorError } from '../core/errors.ts';
import type { NativeFields } from '../core/native.ts';

/** Fields that ask for nothing that would not be so anyway; absent, null and these are the same. */
const NEUTRAL: Readonly<Record<string, (value: unknown) => boolean>> = {
  audio: (value) => value === undefined,
  best_of: (value) => value === 1,
  echo: (value) => value === false,
  function_call: (value) => value === 'none',
  logit_bias: (value) => isEmpty(value),
  logprobs: (value) => value === false,
  modalities: (value) => Array.isArray(value) && value.every((one) => one === 'text'),
  response_format: (value) => (value as NativeFields)['type'] === 'text',
  service_tier: (value) => value === 'auto' || value === 'default',
  store: (value) => value === false,
  suffix: (value) => value === '',
  thinking: (value) => (value as NativeFields)['type'] === 'disabled',
  // How a prompt cache is to be used: without an effect on the answer, and each API has its own way.
  cache_control: () => true,
  prompt_cache_key: () => true,
  prompt_cache_retention: () => true,
};

const isEmpty = (value: unknown): boolean => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** Whether leaving this field out changes nothing. */
export const isNeutral = (name: string, value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  NEUTRAL[name]?.(value) === true;

/** An error that names what an API has no word for. `param` is a dotted path into the request. */
export function untranslatable(param: string, api: string): OrchestratorError {
  return new OrchestratorError(
    'request_invalid',
    `${param} cannot be said in ${api}, which the provider of this model speaks: leave it out, or ask a model whose provider speaks your dialect.`,
    { param },
  );
}

/** Throws for the first of these fields that means something. */
export function refuseFields(fields: NativeFields | undefined, path: string, api: string): void {
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (!isNeutral(name, value)) throw untranslatable(path === '' ? name : `${path}.${name}`, api);
  }
}

/** For APIs that take a text and nothing else: throws for what a caller said in its dialect that is lost there. */
export function refuseNative({ parameters: { native }, messages }: Attempt, api: string): void {
  if (native === undefined) return;
  refuseFields(native.fields, '', api);
  for (const [at, { content, extra }] of messages.entries()) {
    refuseFields(extra, `messages.${at}`, api);
    if (typeof content === 'string') continue;
    const odd = content.findIndex(({ type }) => type !== 'text');
    if (odd >= 0) throw untranslatable(`messages.${at}.content.${odd}`, api);
  }
}

/** Whether an attempt is text and parameters alone, so that it may share a request with others. */
export function isPlain({ tools, parameters: { native }, messages }: Attempt): boolean {
  if (tools.length > 0 || (native !== undefined && Object.keys(native.fields).length > 0)) return false;
  return (
    native === undefined || messages.every(({ content, extra }) => typeof content === 'string' && extra === undefined)
  );
}

/** The bytes of a `data:` URL as base64; null when it is none. */
export function dataUrl(url: string): { readonly mediaType: string; readonly data: string } | null {
  const match = /^data:([\w.+/-]+);base64,([A-Za-z0-9+/=_-]*)$/.exec(url);
  return match === null ? null : { mediaType: match[1]!, data: match[2]! };
}
