/**
 * Adds up vitest's JSON reports: `node scripts/sum-reports.mjs <failed steps> <report>…`. A step that failed without a failing
 * test to show for it (a build that broke, a suite that did not load, a report that was never written) counts as one
 * failure, so that the sum is never better than the run. Ends with 1 when anything failed.
 */
import { readFileSync } from 'node:fs';

const [failedSteps, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of reports) {
  const report = read(file);
  if (report === undefined) {
    failed += 1;
    continue;
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const suite of report.testResults) {
    const blamed = suite.assertionResults.some(result => result.status === 'failed');
    if (suite.status === 'failed' && !blamed) {
      failed += 1;
      console.log(`failed as a whole: ${suite.name}`);
    }
  }
}
if (failed === 0) failed = Number(failedSteps);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.log(`no result in ${file}: ${error.message}`);
    return undefined;
  }
}
