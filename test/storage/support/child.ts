/**
 * A process of its own for the tests, started as `node child.ts <mode> <directory> <name>`.
 * `ledger` writes pairs of rows until it is killed and prints each number once it is acknowledged;
 * `leave` stores one note and ends without closing anything; `burst` stores fifty notes and closes.
 */
import { openStorage } from '../../../src/storage/open-storage.ts';

const [mode, directory, name] = process.argv.slice(2) as [string, string, string];
const storage = await openStorage({ path: directory });
const put = (table: string, text: string) => ({ sql: `INSERT INTO ${table} (text) VALUES (?)`, params: [text] });
const create = (table: string) => ({ sql: `CREATE TABLE IF NOT EXISTS ${table} (text TEXT PRIMARY KEY)` });
await storage.write([create('debit'), create('credit')]);

/** Waits for the pipe: a reader that falls behind must not end the child before it is killed. */
const print = (text: string) => new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));

async function keepWriting(chain: number): Promise<never> {
  for (let count = 0; ; count++) {
    const text = `${name}-${chain}-${count}`;
    await storage.write([put('debit', text), put('credit', text)]);
    await print(text);
  }
}

switch (mode) {
  case 'ledger':
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(keepWriting));
    break;
  case 'leave':
    // Nothing awaits this: only the storage itself can keep the process alive until it is stored.
    void storage.write([put('debit', name)]).then(() => print(name));
    break;
  case 'burst':
    await Promise.all(Array.from({ length: 50 }, (_, at) => storage.write([put('debit', `${name}-${at}`)])));
    await storage.close();
}
