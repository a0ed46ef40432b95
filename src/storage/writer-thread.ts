/** The storage thread: the only place of a process where the event loop may wait for a disk. Started by `thread-backend.ts`. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Database } from './database.ts';
import { toFault } from './faults.ts';
import { runGroup } from './group-commit.ts';
import type { Answers, Job } from './jobs.ts';
import type { ThreadReply, ThreadRequest, ThreadStart } from './thread-messages.ts';

const port = parentPort!;
const start = workerData as ThreadStart;

function reply(message: ThreadReply): void {
  port.postMessage(message);
}

/** Everything that arrived while the last group was being committed: the longer the disk takes, the larger the group. */
function drain(first: ThreadRequest): readonly ThreadRequest[] {
  const requests = [first];
  for (;;) {
    const next = receiveMessageOnPort(port);
    if (next === undefined) return requests;
    requests.push(next.message as ThreadRequest);
  }
}

function runAll(database: Database, requests: readonly (readonly Job[])[]): readonly Answers[] {
  const { results, commits } = runGroup(database, requests.flat());
  let from = 0;
  return requests.map((jobs, at) => {
    const own = results.slice(from, from + jobs.length);
    from += jobs.length;
    return { results: own, commits: at === 0 ? commits : 0 };
  });
}

function serve(database: Database): void {
  port.on('message', (first: ThreadRequest) => {
    const requests = drain(first);
    const jobs = requests.flatMap((request) => (request.kind === 'run' ? [request.jobs] : []));
    if (jobs.length > 0) reply({ kind: 'ran', answers: runAll(database, jobs) });
    if (requests.some((request) => request.kind === 'close')) {
      database.close();
      port.close();
    }
  });
}

try {
  const database = Database.open(start.file);
  serve(database);
  reply({ kind: 'opened' });
} catch (thrown) {
  reply({ kind: 'refused', fault: toFault(thrown) });
}
