import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { Clock } from '../src/core/clock.ts';
import { applied, type Delta, deltaOf, type Plain } from '../src/primitives/delta.ts';
import type { Snapshot } from '../src/telemetry/snapshot.ts';
import type { Source } from './source.ts';
import type { Past } from './ui.ts';

/** How far back one can go, milliseconds. */
const KEPT_MS = 15 * 60_000;
/** All that is recorded may take so many bytes; the oldest goes first. */
export const MOST_BYTES = 32 * 1024 * 1024;
/** Pictures in one piece: the first one whole, of the others what changed. More are smaller, and take longer to unpack. */
const PIECE = 50;
/** A piece that has grown so long is closed early. */
const PIECE_CHARACTERS = 256 * 1024;

/** Pictures of a few seconds. */
interface Piece {
  /** When each was taken, monotonic milliseconds. */
  readonly times: number[];
  /** JSON texts a line each, until they are packed. Two bytes a character are counted for them. */
  lines: string[] | null;
  characters: number;
  packed: Buffer | null;
}

/** Of each piece beside its content: its objects and its times. */
const PIECE_OVERHEAD = 1024;

/**
 * The pictures of the last fifteen minutes. Each piece of fifty begins with a whole picture; of the others only the
 * differences are kept, and a piece is packed (deflate, on a thread of its own) once it is full.
 */
export class Recorder implements Past {
  private readonly clock: Clock;
  private readonly source: Pick<Source, 'snapshot' | 'subscribe'>;
  private readonly mostBytes: number;
  private readonly pieces: Piece[] = [];
  private readonly unsubscribe: () => void;
  private latest: { readonly snapshot: Snapshot; readonly at: number } | null = null;
  /** The piece that was looked into last, unpacked: who goes back goes on in it. */
  private opened: { readonly piece: Piece; readonly size: number; readonly snapshots: readonly Snapshot[] } | null =
    null;

  constructor(clock: Clock, source: Pick<Source, 'snapshot' | 'subscribe'>, mostBytes = MOST_BYTES) {
    this.clock = clock;
    this.source = source;
    this.mostBytes = mostBytes;
    this.unsubscribe = source.subscribe(this.record);
    this.record();
  }

  stop(): void {
    this.unsubscribe();
  }

  /** Bytes that are kept, the pictures that are laid open included. */
  get bytes(): number {
    return this.pieces.reduce(
      (sum, piece) => sum + bytesOf(piece),
      this.opened === null ? 0 : LAID_OPEN * this.opened.piece.characters,
    );
  }

  get pictures(): number {
    return this.pieces.reduce((sum, { times }) => sum + times.length, 0);
  }

  at(time: number): { readonly snapshot: Snapshot; readonly at: number } | null {
    const { pieces } = this;
    const piece = pieces.findLast(({ times }) => times[0]! <= time) ?? pieces[0];
    if (piece === undefined) return null;
    const index = Math.max(
      piece.times.findLastIndex((taken) => taken <= time),
      0,
    );
    return { snapshot: this.unpacked(piece)[index]!, at: piece.times[index]! };
  }

  private readonly record = (): void => {
    const snapshot = this.source.snapshot();
    const before = this.latest;
    if (before?.snapshot === snapshot) return;
    const at = this.clock.now();
    this.latest = { snapshot, at };
    const piece = this.pieces.at(-1);
    if (before === null || piece === undefined || piece.lines === null || isFull(piece)) this.begin(snapshot, at);
    else add(piece, JSON.stringify(deltaOf(plain(before.snapshot), plain(snapshot))), at);
    this.forget(at);
  };

  private begin(snapshot: Snapshot, at: number): void {
    const before = this.pieces.at(-1);
    if (before !== undefined) pack(before);
    const piece: Piece = { times: [], lines: [], characters: 0, packed: null };
    this.pieces.push(piece);
    add(piece, JSON.stringify(snapshot), at);
  }

  /** What is too old goes, and what there is no room for; the piece that is being written stays. */
  private forget(now: number): void {
    const { pieces } = this;
    while (pieces.length > 1 && (now - pieces[0]!.times.at(-1)! > KEPT_MS || this.bytes > this.mostBytes)) {
      const [gone] = pieces.splice(0, 1);
      if (this.opened?.piece === gone) this.opened = null;
    }
  }

  private unpacked(piece: Piece): readonly Snapshot[] {
    if (this.opened?.piece === piece && this.opened.size === piece.times.length) return this.opened.snapshots;
    const [first = '', ...deltas] = piece.lines ?? inflateRawSync(piece.packed!).toString('utf8').split('\n');
    const snapshots = [JSON.parse(first) as Snapshot];
    for (const line of deltas) {
      const delta = JSON.parse(line) as Delta | null;
      const before = snapshots.at(-1)!;
      snapshots.push(delta === null ? before : (applied(plain(before), delta) as unknown as Snapshot));
    }
    this.opened = { piece, size: piece.times.length, snapshots };
    return snapshots;
  }
}

/** Bytes that a character of its texts takes once a piece is laid open as objects, at the most. */
const LAID_OPEN = 8;

/** A snapshot is plain data, whatever its type says. */
const plain = (snapshot: Snapshot): Plain => snapshot as unknown as Plain;

const isFull = ({ times, characters }: Piece): boolean => times.length >= PIECE || characters >= PIECE_CHARACTERS;

function add(piece: Piece, line: string, at: number): void {
  piece.times.push(at);
  piece.lines!.push(line);
  piece.characters += line.length;
}

function pack(piece: Piece): void {
  const { lines } = piece;
  if (lines === null) return;
  deflateRaw(lines.join('\n'), { level: 6 }, (error, packed) => {
    // Without memory for it the text stays, and is counted as what it is.
    if (error !== null) return;
    piece.packed = packed;
    piece.lines = null;
  });
}

function bytesOf({ lines, characters, packed }: Piece): number {
  return PIECE_OVERHEAD + (lines === null ? packed!.byteLength : 2 * characters);
}
