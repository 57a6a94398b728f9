import { writeFileSync } from 'node:fs';

/** Behaviours, each a sentence, checked one after the other inside the extension host. A check may say what it measured. */
export type Checks = Readonly<Record<string, () => Promise<string | undefined>>>;

export interface CheckResult {
  readonly name: string;
  /** What was thrown; missing when the check passed. */
  readonly error?: string;
  /** What the check measured. */
  readonly note?: string;
}

/**
 * Makes the `run` that VS Code calls in a test module. It writes every result to the report file and fails when a
 * check failed, so that it serves where a report is read and where only the exit code counts.
 */
export function suite(checks: Checks): () => Promise<void> {
  return async () => {
    const results: CheckResult[] = [];
    for (const [name, check] of Object.entries(checks)) results.push(await resultOf(name, check));
    const report = process.env.INTERLOCK_IN_HOST_REPORT;
    if (report !== undefined) writeFileSync(report, JSON.stringify(results));
    const failed = results.filter(result => result.error !== undefined);
    for (const { name, error } of results)
      console.log(error === undefined ? `passed: ${name}` : `FAILED: ${name}\n${error}`);
    if (failed.length > 0) throw new Error(`${failed.length} of ${results.length} checks failed`);
  };
}

async function resultOf(name: string, check: Checks[string]): Promise<CheckResult> {
  try {
    const note = await check();
    return note === undefined ? { name } : { name, note };
  } catch (error) {
    return { name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
