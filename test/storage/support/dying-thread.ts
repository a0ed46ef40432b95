/** Stands in for the storage thread: opens nothing, and dies of the first job. */
import { parentPort } from 'node:worker_threads';

parentPort!.on('message', () => process.exit(7));
parentPort!.postMessage({ kind: 'opened' });
