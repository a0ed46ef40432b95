type State = 'ground' | 'escape' | 'csi' | 'string';

/**
 * What a terminal would do at a text, a line each: `C0 07`, `ESC c`, `CSI 31m`, `OSC`, `DCS`, `SOS`. Printed characters
 * are left out. After the state machine of VT500 terminals (Paul Flo Williams, vt100.net/emu/dec_ansi_parser), with the
 * eight-bit controls that some terminals obey.
 */
export function actionsOf(text: string): readonly string[] {
  const actions: string[] = [];
  let state = 'ground' as State;
  let collected = '';
  const begin = (next: State, named: string | null): void => {
    state = next;
    collected = '';
    if (named !== null) actions.push(named);
  };
  for (const character of text) {
    const code = character.codePointAt(0)!;
    // These come through in every state.
    if (code === 0x1b) begin('escape', null);
    else if (code === 0x9b) begin('csi', null);
    else if (code === 0x9d) begin('string', 'OSC');
    else if (code === 0x90) begin('string', 'DCS');
    else if (code === 0x98 || code === 0x9e || code === 0x9f) begin('string', 'SOS');
    else if (code === 0x18 || code === 0x1a || code === 0x9c) state = 'ground';
    else if (code >= 0x80 && code <= 0x9f) begin('ground', `C1 ${code.toString(16)}`);
    else if (state === 'string') state = code === 0x07 ? 'ground' : 'string';
    else if (code < 0x20 || code === 0x7f) actions.push(`C0 ${code.toString(16).padStart(2, '0')}`);
    else if (state === 'escape') {
      if (character === '[') begin('csi', null);
      else if (character === ']') begin('string', 'OSC');
      else if (character === 'P') begin('string', 'DCS');
      else if ('X^_'.includes(character)) begin('string', 'SOS');
      else if (code > 0x2f) begin('ground', `ESC ${character}`);
    } else if (state === 'csi') {
      collected += character;
      if (code >= 0x40 && code <= 0x7e) begin('ground', `CSI ${collected}`);
    }
  }
  if (state !== 'ground') actions.push(`unfinished ${state}`);
  return actions;
}
