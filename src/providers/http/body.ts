import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib';
import { OrchestratorError } from '../../core/errors.ts';

/** What unpacks a body piece by piece, so that a bomb is noticed before it is unpacked; null for one that is not packed. */
export function decoderFor(encoding: string | undefined, who: string): Transform | null {
  const coding = encoding?.trim().toLowerCase() ?? '';
  switch (coding) {
    case '':
    case 'identity':
      return null;
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

/** Keeps what was read of a body, and counts it. */
export class Gathered {
  bytes = 0;
  private readonly pieces: Uint8Array[] = [];

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
  }

  /** As text; `cap`: no more than so many bytes of it. */
  text(cap = this.bytes): string {
    const [first] = this.pieces;
    const whole = this.pieces.length === 1 ? asBuffer(first!) : Buffer.concat(this.pieces);
    return whole.toString('utf8', 0, cap);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
