/**
 * How a conversation over HTTP/1.1 goes wrong: the other side has closed (`WIRE_CLOSED`), or has closed within a body
 * (`WIRE_CUT`); what it sends is not HTTP/1.1 as it is read here (`WIRE_SYNTAX`), or its head has no end (`WIRE_OVERFLOW`).
 */
export type WireCode = 'WIRE_CLOSED' | 'WIRE_CUT' | 'WIRE_SYNTAX' | 'WIRE_OVERFLOW';

export class WireFault extends Error {
  readonly code: WireCode;

  constructor(code: WireCode, message: string) {
    super(message);
    this.code = code;
  }
}
