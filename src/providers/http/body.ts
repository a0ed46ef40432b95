import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
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

/** Keeps what was read of a body as text, and counts its bytes. */
export class Gathered {
  bytes = 0;
  text = '';
  /** Made when a character is cut in two. */
  private decoder: StringDecoder | null = null;

  add(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.decoder === null && isUtf8(piece)) this.text += piece.toString('utf8');
    else {
      this.decoder ??= new StringDecoder('utf8');
      this.text += this.decoder.write(piece);
    }
  }
}
