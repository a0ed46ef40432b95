import type { CheckerDefinition } from '../checker.ts';

/** No outcome is told before it is written down where that was asked for, and one that was not is a failure. */
export const records: CheckerDefinition = {
  name: 'records',
  watch: (_scene, fail) => ({
    told({ request, record }, { status, error }) {
      if (record === null) return;
      if (record === 'asked' || record === 'pending') fail(`${request.id} was told, and its record is ${record}`);
      const said = status === 'failed' && error?.code === 'storage_failed';
      if ((record === 'failed') !== said) fail(`the record of ${request.id} is ${record}, and it was told ${status}`);
    },
  }),
};
