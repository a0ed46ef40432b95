import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Workplace } from '../support/terminal.ts';

test.runIf(existsSync('/dev/full'))(
  'a full disk under --snapshot or --failed-file is told by the name of the flag',
  async () => {
    using place = new Workplace();
    const ran = await place.run(['run', 'hi', '--snapshot', '/dev/full']);
    expect([ran.exit, ran.out]).toEqual([1, 'hi\n']);
    expect(ran.err).toMatch(/^orchestrator: --snapshot \/dev\/full cannot be written: ENOSPC.*\n.*\n$/);
    const replay = await place.run(['replay', '--failed-file', '/dev/full'], { stdin: 'garbage\n' });
    expect(replay.exit).toBe(1);
    expect(replay.err).toMatch(/orchestrator: --failed-file \/dev\/full cannot be written: ENOSPC.*\n.*\n$/);
  },
);
