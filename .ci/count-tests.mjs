// Reads vitest's JSON report: prints `PASSED FAILED` to stdout, and what was skipped to stderr.
import { readFileSync } from 'node:fs';

const [file, exitCode] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, 'utf8'));
const tests = report.testResults.flatMap((suite) => suite.assertionResults.map((test) => ({ suite, ...test })));
// A file that cannot be loaded fails without a test in it.
const broken = report.testResults.filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
);

for (const test of tests.filter(({ status }) => status !== 'passed' && status !== 'failed'))
  process.stderr.write(`skipped: ${test.fullName}\n`);
for (const suite of broken) process.stderr.write(`broken: ${suite.name}\n`);

const passed = tests.filter((test) => test.status === 'passed').length;
const failed = tests.filter((test) => test.status === 'failed').length + broken.length;
// An error outside of any test (an unhandled rejection, a crash) fails the run as well.
const unexplained = failed === 0 && exitCode !== '0' ? 1 : 0;
process.stdout.write(`${passed} ${failed + unexplained}\n`);
