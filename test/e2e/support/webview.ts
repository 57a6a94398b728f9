import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/** The document inside the webview whose heading is this: two frames lie around it. */
export async function webviewWith(page: Page, heading: string | RegExp): Promise<Frame> {
  for (;;) {
    for (const frame of page.frames()) {
      if (frame.name() !== 'active-frame' && !frame.url().includes('fake.html')) continue;
      const found = await frame
        .getByRole('heading', { level: 1, name: heading })
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    await page.waitForTimeout(50);
  }
}

/** What an examiner of accessibility finds wrong in a document: a rule and an element a line. */
export async function accessibilityProblems(frame: Frame): Promise<string[]> {
  await frame.evaluate(axe.source);
  const violations = await frame.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const results = await axe.run({ resultTypes: ['violations'] });
    return results.violations.map(({ id, nodes }) => ({ id, html: nodes.map(node => node.html) }));
  });
  return violations.flatMap(({ id, html }) => html.map(element => `${id}: ${element}`));
}
