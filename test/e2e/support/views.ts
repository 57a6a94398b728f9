import type { Locator, Page } from 'playwright-core';

/** Shows a view container by the title of its icon in the activity bar. */
export async function showContainer(page: Page, title: string): Promise<void> {
  const icon = containerIcon(page, title);
  await icon.waitFor({ timeout: 60_000 });
  // A click on the icon of the container that is shown would hide it.
  if (!((await icon.getAttribute('class')) ?? '').includes('checked')) await icon.click();
  await page.locator('.sidebar .composite.title', { hasText: new RegExp(title, 'i') }).waitFor();
}

/** The number on a container's icon in the activity bar; `0` when it shows none. */
export async function containerBadge(page: Page, title: string): Promise<number> {
  const [shown] = await containerIcon(page, title).locator('.badge-content').allInnerTexts();
  return Number(shown ?? 0);
}

/** A view in the side bar by its title, opened if it is collapsed. */
export async function view(page: Page, title: string): Promise<Locator> {
  const header = page.locator(`.pane-header[aria-label^="${title}"]`);
  await header.waitFor();
  if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
  return page.locator('.pane', { has: header });
}

/** The rows of a tree view that contain the text, or all of them. */
export async function rows(page: Page, viewTitle: string, text?: string | RegExp): Promise<Locator> {
  const all = (await view(page, viewTitle)).locator('.monaco-list-row');
  return text === undefined ? all : all.filter({ hasText: text });
}

/** What a tree view shows, row by row: the label, and after a space the description if there is one. */
export async function rowTexts(page: Page, viewTitle: string): Promise<string[]> {
  const labels = await (await rows(page, viewTitle)).locator('.monaco-icon-label').all();
  return Promise.all(
    labels.map(async label => {
      const parts = await label.locator('.label-name, .label-description').allInnerTexts();
      return parts.filter(part => part !== '').join(' ');
    }),
  );
}

/** Presses an inline action of a row, which shows itself under the pointer. */
export async function rowAction(row: Locator, title: string): Promise<void> {
  await row.hover();
  await row.locator(`.action-label[aria-label^="${title}"]`).click();
}

/** The whole item, because the badge lies over the label and takes the click. */
function containerIcon(page: Page, title: string): Locator {
  const label = page.locator(`.action-label[aria-label^="${title}"]`);
  return page.locator('.activitybar .action-item').filter({ has: label }).first();
}

/** Chooses an entry of a row's context menu. */
export async function rowMenu(page: Page, row: Locator, entry: string): Promise<void> {
  await row.click({ button: 'right' });
  await chooseEntry(page, entry);
}

async function chooseEntry(page: Page, entry: string): Promise<void> {
  const item = page.locator('.monaco-menu .action-label').getByText(entry, { exact: true });
  // A menu takes a click that comes at once for the end of the one that opened it, and stays.
  await item.hover();
  await page.keyboard.press('Enter');
  await item.waitFor({ state: 'detached' });
}

/** Drags the edge of the side bar, so that it is wider by so many pixels. */
export async function widenSideBar(page: Page, by: number): Promise<void> {
  const bar = await page.locator('.part.sidebar').boundingBox();
  if (bar === null) throw new Error('The side bar is not shown.');
  const [x, y] = [bar.x + bar.width, bar.y + bar.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by, y, { steps: 5 });
  await page.mouse.up();
}

/** Presses an action in the title bar of a view. */
export async function viewAction(page: Page, viewTitle: string, title: string): Promise<void> {
  const pane = await view(page, viewTitle);
  await pane.locator('.pane-header').hover();
  await pane.locator(`.pane-header .action-label[aria-label^="${title}"]`).click();
}

/** Unfolds a row of a tree. */
export async function unfold(row: Locator): Promise<void> {
  await turnTwistie(row, 'true');
}

/** Folds a row of a tree. */
export async function fold(row: Locator): Promise<void> {
  await turnTwistie(row, 'false');
}

/** A tree that is being filled loses a click now and then, so it is looked at and pressed until it stands as wanted. */
async function turnTwistie(row: Locator, expanded: 'true' | 'false'): Promise<void> {
  const standing = row.and(row.page().locator(`[aria-expanded="${expanded}"]`));
  for (let attempt = 0; attempt < 8; attempt++) {
    if ((await row.getAttribute('aria-expanded')) !== expanded)
      await row.locator('.monaco-tl-twistie').click();
    const turned = await standing.waitFor({ timeout: 2_000 }).then(
      () => true,
      () => false,
    );
    if (turned) return;
  }
  throw new Error(`A row was pressed eight times, and aria-expanded is still not ${expanded}.`);
}

/** Leaves room for one view of a container: trees show only the rows that there is room for. */
export async function foldOthers(page: Page, title: string): Promise<void> {
  await view(page, title);
  const others = page.locator(`.sidebar .pane-header[aria-expanded="true"]:not([aria-label^="${title}"])`);
  while ((await others.count()) > 0) await others.first().click();
}

/** Chooses an entry of a view's own menu, behind the three dots. */
export async function viewMenu(page: Page, viewTitle: string, entry: string): Promise<void> {
  await viewAction(page, viewTitle, 'More Actions');
  await chooseEntry(page, entry);
}
