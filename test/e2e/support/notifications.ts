import type { Locator, Page } from 'playwright-core';

/** The notification toast that contains the text; it may not be there yet. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
}

/** All notification toasts on the screen. */
export function notifications(page: Page): Locator {
  return page.locator('.notifications-toasts .notification-list-item');
}

/** Presses a button of a notification. */
export async function answerNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  await notification(page, text).getByRole('button', { name: button, exact: true }).click();
}

/** Closes a notification with its cross, without an answer. */
export async function dismissNotification(page: Page, text: string | RegExp): Promise<void> {
  const toast = notification(page, text);
  await toast.hover();
  await toast.locator('.codicon-notifications-clear').click();
}

/** Follows a link in the text of a notification. */
export async function followLink(page: Page, text: string | RegExp, link: string): Promise<void> {
  await notification(page, text).getByRole('link', { name: link, exact: true }).click();
}
