import { describe, expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';
import { contextOf, readCases } from '../../../support/guard-cases.ts';

const files = new Map<string, string>();
const guard = await createGuard({ asset: readAsset, readFile: path => files.get(path) });

describe.each([...readCases()])('cases of %s', (_, groups) => {
  for (const group of groups) {
    test.each(group.commands)(`${group.verdict}: %s (${group.why})`, async text => {
      files.clear();
      for (const [path, content] of Object.entries(group.context?.files ?? {})) files.set(path, content);
      const context = contextOf(group.context);
      const shell = group.context?.shell ?? 'bash';
      const judgement = await guard.judge({ command: { text, shell, cwd: context.cwd } }, context);
      expect(judgement.verdict, JSON.stringify(judgement.violations, undefined, 1)).toBe(group.verdict);
      if (group.rule !== undefined)
        expect(judgement.violations.map(violation => violation.rule)).toContain(group.rule);
      if (group.parsed !== undefined) expect(judgement.parsed).toBe(group.parsed);
    });
  }
});
