import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib';
import { OrchestratorError } from '../../core/errors.ts';

/** The body as it is meant, decompressed piece by piece, so that a bomb is noticed before it is unpacked. */
export function decoded(body: Readable, encoding: string | undefined, who: string): Readable {
  const coding = encoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return body;
  const decoder = decoderOf(coding, who);
  // Whoever reads the decoder hears of failures there.
  pipeline(body, decoder, () => undefined);
  return decoder;
}

function decoderOf(coding: string, who: string) {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      // Each piece is unpacked when it comes, not when the next one does.
      return createUnzip({ flush: constants.Z_SYNC_FLUSH });
    case 'br':
      return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
    default:
      throw new OrchestratorError(
        'provider_protocol',
        `Provider ${who} encoded its answer in a way that was not asked for (content-encoding).`,
      );
  }
}

/** Counts bytes, and throws once there are more than allowed. */
export class Allowance {
  private left: number;
  private readonly cap: number;
  private readonly who: string;

  constructor(cap: number, who: string) {
    this.left = cap;
    this.cap = cap;
    this.who = who;
  }

  take(bytes: number): void {
    this.left -= bytes;
    if (this.left >= 0) return;
    throw new OrchestratorError(
      'provider_protocol',
      `Provider ${this.who} sent more than ${this.cap / 1024 / 1024} MiB of answer, counted after decompression; it was stopped.`,
    );
  }
}

/** Reads a body to its end, or up to `cap` bytes; `complete` says which. */
export async function readUpTo(
  chunks: AsyncIterator<Uint8Array>,
  cap: number,
): Promise<{ text: string; complete: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    parts.push(next.value);
    size += next.value.length;
    if (size >= cap) return { text: Buffer.concat(parts).subarray(0, cap).toString('utf8'), complete: false };
  }
  return { text: Buffer.concat(parts).toString('utf8'), complete: true };
}
